"""Why a task did not succeed, from the words of ansible 2.19, ssh and sudo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.adapters.ansible.ending import failed, unreachable
from watchkeeper.domain.job_end import JobEnd

LOST = "Task failed: Failed to connect to the host via ssh: "


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("ssh: connect to host 10.77.0.2 port 22: Connection refused", JobEnd.UNREACHABLE),
        ("ssh: connect to host 10.77.0.2 port 22: Connection timed out", JobEnd.UNREACHABLE),
        ("@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@", JobEnd.HOST_KEY),
        ("No ED25519 host key is known for web-1. Host key verification failed.", JobEnd.HOST_KEY),
        ("watch@10.77.0.2: Permission denied (publickey).", JobEnd.LOGIN_REFUSED),
    ],
)
def test_why_there_was_no_way_in(said: str, end: JobEnd) -> None:
    assert unreachable({"msg": LOST + said}) is end


@pytest.mark.parametrize(
    ("result", "end"),
    [
        ({"msg": "non-zero return code", "stderr": "false: 1"}, JobEnd.FAILED),
        ({"stderr": "sudo: a password is required"}, JobEnd.SUDO_REFUSED),
        ({"stderr": "Sorry, user watch is not allowed to execute '/bin/sh'"}, JobEnd.SUDO_REFUSED),
        ({"stderr": "watch is not in the sudoers file."}, JobEnd.SUDO_REFUSED),
        ({"msg": "The module interpreter '/opt/python9' was not found."}, JobEnd.PYTHON_MISSING),
        ({"module_stderr": "/bin/sh: 1: /usr/bin/python3: not found"}, JobEnd.PYTHON_MISSING),
        ({"msg": "MODULE FAILURE: No start of json char found"}, JobEnd.CRASHED),
        ({}, JobEnd.FAILED),
    ],
)
def test_why_a_task_failed(result: dict[str, str], end: JobEnd) -> None:
    assert failed(result) is end


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(st.dictionaries(st.sampled_from(["msg", "stderr", "exception", "rc"]), JSON))
def test_whatever_a_server_says_it_is_never_a_success(result: dict[str, object]) -> None:
    assert failed(result) not in (JobEnd.SUCCEEDED, JobEnd.UNSAID)
    assert unreachable(result) not in (JobEnd.SUCCEEDED, JobEnd.UNSAID)
