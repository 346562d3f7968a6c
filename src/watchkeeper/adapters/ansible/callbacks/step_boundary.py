"""Loaded by ansible itself: asks the wrapper before every task, and ends the play if told so.

It is asked in the process that hands out the tasks, so nothing of the next task has begun. When
the wrapper is gone, nobody answers, and the play ends as well.
"""

import os
import sys
from typing import Any

from ansible.plugins.callback import CallbackBase  # type: ignore[import-untyped]

DOCUMENTATION = """
name: step_boundary
type: aggregate
short_description: asks before every task
description: Asks Watchkeeper's wrapper before every task whether the play may go on.
"""

STOPPED = 75  # the exit status of a play that was told to stop; sysexits.h: EX_TEMPFAIL
NAME_BYTES = 1024  # below PIPE_BUF, so that a question is never torn


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """The step boundary."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "step_boundary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        directory = os.environ["WATCHKEEPER_BOUNDARY"]
        self._answers = _opened(f"{directory}/answer", os.O_RDONLY)
        self._questions = _opened(f"{directory}/ask", os.O_WRONLY)

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Before the first play: let the wrapper know that its boundaries are watched."""
        self._ask("")

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Before every task."""
        self._ask(task.get_name())

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        """Before every handler."""
        self._ask(task.get_name())

    def _ask(self, name: str) -> None:
        question = " ".join(name.split()).encode()[:NAME_BYTES] + b"\n"
        try:
            os.write(self._questions, question)
            answer = os.read(self._answers, 16)
        except OSError:
            answer = b""
        if answer != b"go\n":
            sys.exit(STOPPED)


def _opened(path: str, mode: int) -> int:
    """The pipe, not waiting for its other end: when that is gone, so is the wrapper."""
    try:
        handle = os.open(path, mode | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        sys.exit(STOPPED)
    os.set_blocking(handle, True)
    return handle
