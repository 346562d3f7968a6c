"""Why a task did not succeed, from what ansible says of it.

Some of these words come from the server itself: a hostile one may choose among them, and none of
them ever makes a success.
"""

import re
from collections.abc import Mapping
from typing import Any

from watchkeeper.domain.job_end import JobEnd

_LONGEST = 20_000  # characters that are looked at

_NO_WAY_IN = (
    (
        re.compile(r"host key verification failed|host identification has changed", re.I),
        JobEnd.HOST_KEY,
    ),
    (
        re.compile(r"permission denied \(|too many authentication failures", re.I),
        JobEnd.LOGIN_REFUSED,
    ),
)
_NOT_DONE = (
    (re.compile(r"sudo: .*password is required|is not allowed to (execute|run sudo)|"
                r"is not in the sudoers file|sudo: .*a terminal is required|missing sudo password",
                re.I), JobEnd.SUDO_REFUSED),
    (re.compile(r"(module interpreter '[^']*' was not found)|"
                r"python[0-9.]*: (not found|no such file)", re.I), JobEnd.PYTHON_MISSING),
    (re.compile(r"module failure|deserialization of .* failed|no start of json char|"
                r"module result deserialization", re.I), JobEnd.CRASHED),
)  # fmt: skip


def unreachable(result: Mapping[str, Any]) -> JobEnd:
    """Why there was no way in."""
    text = _text(result)
    return next((end for seen, end in _NO_WAY_IN if seen.search(text)), JobEnd.UNREACHABLE)


def failed(result: Mapping[str, Any]) -> JobEnd:
    """Why a task that was begun failed."""
    text = _text(result)
    return next((end for seen, end in _NOT_DONE if seen.search(text)), JobEnd.FAILED)


def _text(result: Mapping[str, Any]) -> str:
    words = ("msg", "stderr", "module_stderr", "module_stdout", "exception")
    return "\n".join(str(result.get(word) or "")[:_LONGEST] for word in words)
