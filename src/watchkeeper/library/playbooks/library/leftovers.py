#!/usr/bin/python
"""An ansible module: ends what a dead service left running.

A leftover is a living process of the service's name in the process group or the session of the
process that the pid file names. The kernel gives that number to nobody else while such a process
lives, so a leftover is never a stranger's. Nothing happens while the main process lives, and
nothing is ever chosen by its name alone.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import time

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

DOCUMENTATION = r"""
module: leftovers
short_description: ends what a dead service left running
options:
  process:
    description: the executable's name; empty means that nothing can be told apart
    type: str
    default: ""
  pid_file:
    description: the file in which the service keeps its main process's number
    type: str
    default: ""
  grace_seconds:
    description: how long a leftover may take to end by itself after SIGTERM
    type: float
    default: 5.0
"""

KILL_SECONDS = 3.0  # how long a killed process may take to be gone
ROUNDS = 3  # a leftover may start another one while it is being ended
PID_FILE_BYTES = 32
COMM_CHARACTERS = 15  # the kernel keeps no more of a name


class Refused(Exception):
    """Something is not as it has to be: nothing was ended."""


class Process:
    """One line of /proc: who it is, whose group and session it is in, and whether it lives."""

    def __init__(self, pid: int) -> None:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            line = file.read()
        name, _, rest = line.partition("(")[2].rpartition(")")
        fields = rest.split()
        self.pid = pid
        self.name = name
        self.state = fields[0]
        self.group = int(fields[2])
        self.session = int(fields[3])
        self.started = int(fields[19])  # clock ticks after boot: with the pid, its identity

    @property
    def alive(self) -> bool:
        """A zombie is dead."""
        return self.state not in "ZX"

    def runs(self, name: str) -> bool:
        """Whether its executable has that name."""
        if self.name == name[:COMM_CHARACTERS]:
            return True
        try:
            program = os.readlink(f"/proc/{self.pid}/exe")  # noqa: PTH115
        except OSError:
            return False
        return program.removesuffix(" (deleted)").rpartition("/")[2] == name


def process(pid: int) -> Process | None:
    """The process of that number, or None when there is none."""
    try:
        return Process(pid)
    except (OSError, ValueError, IndexError):
        return None


def leftovers(main: int, name: str) -> list[Process]:
    """Living processes of that name in the main process's group or session, itself left out."""
    pids = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())  # noqa: PTH208
    found = (process(pid) for pid in pids if pid not in (main, os.getpid()))
    return [
        one
        for one in found
        if one and one.alive and main in (one.group, one.session) and one.runs(name)
    ]


def pid_of(path: str) -> int | None:
    """The number in the pid file, or None when there is no such file. Raises Refused."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused(f"{path} is not a regular file")
        text = file.read(PID_FILE_BYTES + 1).strip()
    if not text.isdigit() or len(text) > PID_FILE_BYTES:
        raise Refused(f"{path} holds no process number")
    return int(text)


def ended(victims: list[Process], sign: int, seconds: float) -> list[Process]:
    """Signal them all and wait; the ones that still live after that many seconds.

    A handle on the process is taken before its identity is looked at again, so that a number that
    changed hands in between is never signalled.
    """
    handles = {}
    for victim in victims:
        handle = _handle(victim)
        if handle is not None:
            handles[handle] = victim
            signal.pidfd_send_signal(handle, sign)
    deadline = time.monotonic() + seconds
    poll = select.poll()
    for handle in handles:
        poll.register(handle, select.POLLIN)
    while handles and time.monotonic() < deadline:
        for handle, _ in poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            poll.unregister(handle)
            os.close(handle)
            del handles[handle]
    for handle in handles:
        os.close(handle)
    return list(handles.values())


def _handle(victim: Process) -> int | None:
    try:
        handle = os.pidfd_open(victim.pid)
    except ProcessLookupError:
        return None
    now = process(victim.pid)
    if now and now.alive and now.started == victim.started:
        return handle
    os.close(handle)
    return None


def clear(name: str, pid_file: str, grace_seconds: float, pretend: bool) -> dict[str, object]:
    """Do what the module is for; what it did, in ansible's words. Raises Refused."""
    if not (name and pid_file):
        return {"changed": False, "msg": "no process name or no pid file: nothing to tell apart"}
    main = pid_of(pid_file)
    if main is None:
        return {"changed": False, "msg": "no pid file: nothing was left behind"}
    _refuse_ourselves(main)
    owner = process(main)
    if owner and owner.alive:
        return {"changed": False, "msg": f"process {main} lives: nothing is left over"}
    victims = leftovers(main, name)
    if not pretend:
        _end(main, name, grace_seconds)
        if pid_of(pid_file) == main:  # not when somebody has started it in the meantime
            os.unlink(pid_file)  # noqa: PTH108
    pids = sorted(victim.pid for victim in victims)
    return {"changed": True, "ended": pids, "msg": f"ended {len(pids)}, removed {pid_file}"}


def _end(main: int, name: str, grace_seconds: float) -> None:
    for _ in range(ROUNDS):
        victims = leftovers(main, name)
        if not victims:
            return
        stubborn = ended(victims, signal.SIGTERM, grace_seconds)
        ended(stubborn, signal.SIGKILL, KILL_SECONDS)
    raise Refused(f"still alive: {sorted(one.pid for one in leftovers(main, name))}")


def _refuse_ourselves(main: int) -> None:
    ours = {1, os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0)}
    if main in ours:
        raise Refused(f"process {main} is init, or one of our own")


def main() -> None:
    """Ansible's door."""
    module = AnsibleModule(
        argument_spec={
            "process": {"type": "str", "default": ""},
            "pid_file": {"type": "str", "default": ""},
            "grace_seconds": {"type": "float", "default": 5.0},
        },
        supports_check_mode=True,
    )
    given = module.params
    try:
        done = clear(given["process"], given["pid_file"], given["grace_seconds"], module.check_mode)
    except Refused as error:
        module.fail_json(msg=str(error))
    module.exit_json(**done)


if __name__ == "__main__":
    main()
