"""A unit's messages in journald, through journalctl."""

import asyncio
import math
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from watchkeeper.adapters.logs.tail import LINE_LIMIT, Placed, Window
from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.instant import from_unix
from watchkeeper.ports.logs import LogLine

RUNNING = Path("/run/systemd/journal/socket")  # there while journald runs
TIMEOUT_SECONDS = 10.0
OUTPUT_LIMIT_BYTES = 4 * 1_048_576

_UNIT = re.compile(r"[A-Za-z0-9:_.@\\-]{1,255}")


class JournaldSilent(Exception):
    """journalctl gave no answer. ``word`` is one of the ports' words."""

    def __init__(self, word: str, reason: str) -> None:
        super().__init__(reason)
        self.word = word


class _Message(msgspec.Struct):
    at: str = msgspec.field(name="__REALTIME_TIMESTAMP")  # microseconds
    message: str | list[int] | None = msgspec.field(name="MESSAGE", default=None)


async def journalled(
    unit: str, window: Window, limit: int, program: str = "journalctl"
) -> tuple[Placed, ...]:
    """The newest messages of a unit in the window, oldest first. Raises JournaldSilent."""
    if not _UNIT.fullmatch(unit):
        raise JournaldSilent("malformed", f"not the name of a unit: {one_line(unit, 80)!r}")
    arguments = (
        "--output=json",
        "--output-fields=MESSAGE",
        "--quiet",
        "--no-pager",
        f"--unit={unit}",
        f"--since=@{math.floor(window.start.timestamp())}",
        f"--until=@{math.ceil(window.end.timestamp())}",
        f"--lines={limit}",
    )
    output = await _told(program, arguments)
    placed = (each for line in output.splitlines() for each in _placed(unit, line))
    return tuple(each for each in placed if window.holds(each.belongs_at))


async def _told(program: str, arguments: tuple[str, ...]) -> bytes:
    """What the program prints, bounded in time and size. It is ended when it keeps to neither."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        )
    except OSError:
        raise JournaldSilent("absent", f"{program} cannot be started") from None
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            output = await _bounded(process)
            returned = await process.wait()
    except TimeoutError:
        raise JournaldSilent("timeout", f"{program} took over {TIMEOUT_SECONDS:g} s") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()  # wait() alone never returns over a pipe left full
    if returned:
        raise JournaldSilent("denied", f"{program} ended with {returned}")
    return output


async def _bounded(process: asyncio.subprocess.Process) -> bytes:
    parts: list[bytes] = []
    size = 0
    while process.stdout is not None and (part := await process.stdout.read(65_536)):
        size += len(part)
        if size > OUTPUT_LIMIT_BYTES:
            raise JournaldSilent("malformed", f"more than {OUTPUT_LIMIT_BYTES} bytes of messages")
        parts.append(part)
    return b"".join(parts)


def _placed(unit: str, line: bytes) -> Iterator[Placed]:
    """The message of one line of JSON; a message that is no text comes as its bytes."""
    try:
        told = msgspec.json.decode(line, type=_Message)
        at = from_unix(int(told.at) / 1_000_000)
        content = bytes(told.message) if isinstance(told.message, list) else None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError):
        return  # not a message we can read
    text = content.decode("utf-8", "replace") if content is not None else str(told.message or "")
    for each in text.splitlines():
        if each.strip():
            placed = LogLine(at=at, origin=unit, text=one_line(each, LINE_LIMIT))
            yield Placed(belongs_at=at, line=placed)
