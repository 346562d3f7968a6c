"""How a job ended: the words that the journal has for it, and what each tells a person."""

from enum import StrEnum


class JobEnd(StrEnum):
    """Why a job ended as it did. The host's own words are never among them."""

    UNSAID = "unsaid"  # by a version that did not tell them apart
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PARTLY = "partly_done"
    UNREACHABLE = "unreachable"
    HOST_KEY = "host_key_refused"
    LOGIN_REFUSED = "login_refused"
    SUDO_REFUSED = "sudo_refused"
    PYTHON_MISSING = "python_missing"
    CRASHED = "module_crashed"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"


SENTENCES = {
    JobEnd.SUCCEEDED: "Every task of the job succeeded.",
    JobEnd.FAILED: "A task failed before anything was changed.",
    JobEnd.PARTLY: "A task failed after others had changed the server: it is half done.",
    JobEnd.UNREACHABLE: "The server does not answer ssh: is it up, and its port open?",
    JobEnd.HOST_KEY: "The server shows another host key than the pinned one. Nothing was sent to "
    "it. Compare the key at its console before you change the estate.",
    JobEnd.LOGIN_REFUSED: "The server does not take this class's key for this user.",
    JobEnd.SUDO_REFUSED: "sudo does not allow the command without a password: put the class's "
    "sudoers file there (watchkeeper runbooks sudoers).",
    JobEnd.PYTHON_MISSING: "The server has no Python where the estate says: correct its `python`.",
    JobEnd.CRASHED: "A task broke off without an answer: what it did is not known.",
    JobEnd.STOPPED: "The job was stopped at a step boundary.",
    JobEnd.TIMED_OUT: "The job's time limit passed.",
}

# Of these a person has to know more than that a step failed.
UNTOUCHED = frozenset({JobEnd.UNREACHABLE, JobEnd.HOST_KEY, JobEnd.LOGIN_REFUSED})
