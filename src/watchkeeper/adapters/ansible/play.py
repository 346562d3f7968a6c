"""One play, run by ansible-runner in this process; only the wrapper imports this."""

import os
import pwd
import shutil
import sys

import ansible_runner

from watchkeeper.adapters.ansible.boundary import PIPES, Boundary
from watchkeeper.adapters.ansible.job_directory import JobDirectory, Result
from watchkeeper.adapters.ansible.order import Order
from watchkeeper.adapters.ansible.settings_text import SETTINGS
from watchkeeper.adapters.ansible.surroundings import CALLBACKS
from watchkeeper.adapters.ansible.tally import Tally
from watchkeeper.domain.job_end import JobEnd

TIMED_OUT = 124  # as timeout(1) says it
KILLED = 137  # as a shell says it: 128 + SIGKILL

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PASSING = ("artifacts", "home", "tmp", "bin", "none")  # of use only while the play runs


def played(job: JobDirectory, order: Order, boundary: Boundary, tally: Tally) -> Result:
    """Run the pinned playbook to its end, or to the boundary where it was stopped."""
    _prepare(job)

    def told(event: dict[str, object]) -> bool:
        tally.take(event)
        if tally.tasks_begun:
            boundary.require()
        return False  # ansible-runner need not keep it

    run = ansible_runner.run(
        private_data_dir=str(job.path),
        playbook=str(job.project / order.playbook),
        inventory=str(job.inventory),
        ident="run",
        quiet=True,
        event_handler=told,
        settings={"suppress_output_file": True, "pexpect_timeout": 1},
        suppress_env_files=True,
    )
    return _result(run.rc, boundary, tally)


def tidy(job: JobDirectory) -> None:
    """Remove what was of use only while the play ran."""
    for name in PASSING:
        shutil.rmtree(job.path / name, ignore_errors=True)
    for pipe in PIPES:
        (job.path / pipe).unlink(missing_ok=True)


def _prepare(job: JobDirectory) -> None:
    """A clean environment, settings of our own, and one ansible: the one of this Python."""
    job.settings.write_text(SETTINGS.format(job=job.path))
    program = job.path / "bin" / "ansible-playbook"
    program.parent.mkdir(mode=0o700)
    program.write_text(f"#!{sys.executable}\nfrom ansible.cli.playbook import main\n\nmain()\n")
    program.chmod(0o700)
    os.environ.clear()
    os.environ.update(
        PATH=f"{program.parent}:{SYSTEM_PATH}",
        HOME=pwd.getpwuid(os.getuid()).pw_dir,
        LANG="C.UTF-8",
        ANSIBLE_CONFIG=str(job.settings),
        ANSIBLE_HOME=str(job.path / "home"),
        ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
        WATCHKEEPER_BOUNDARY=str(job.path),
    )


def _result(return_code: int | None, boundary: Boundary, tally: Tally) -> Result:
    code = KILLED if return_code is None else return_code
    code = TIMED_OUT if boundary.timed_out else code
    went_well = code == 0 and not (boundary.stopped or tally.failed or tally.unreachable)
    return Result(
        succeeded=went_well,
        return_code=code,
        changed=tally.changed,
        failed=tally.failed,
        unreachable=tally.unreachable,
        end=_end(went_well, boundary, tally),
    )


def _end(went_well: bool, boundary: Boundary, tally: Tally) -> JobEnd:
    if went_well:
        return JobEnd.SUCCEEDED
    if boundary.timed_out:
        return JobEnd.TIMED_OUT
    return JobEnd.STOPPED if boundary.stopped else tally.end
