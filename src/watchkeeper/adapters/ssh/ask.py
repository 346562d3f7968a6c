"""One command on another server, and what it printed."""

import asyncio
import tempfile
from pathlib import Path

from watchkeeper.adapters.wire.ssh_login import SshLogin, key_fault
from watchkeeper.ports.errors import SourceUnavailable

LIMIT_BYTES = 1_048_576  # a server that says more is not listened to
SSH_FAILED = 255  # ssh's own exit status, beside those of the command


async def asked(login: SshLogin, command: str, timeout_seconds: float) -> tuple[int, str]:
    """The command's exit status and output. Raises SourceUnavailable when ssh leads nowhere."""
    fault = key_fault(login.key_file)
    if fault:
        raise SourceUnavailable("ssh", "denied", fault)
    with tempfile.TemporaryDirectory(prefix="watchkeeper-ssh-") as folder:
        known_hosts = Path(folder) / "known_hosts"
        known_hosts.write_text(login.known_hosts)
        try:
            async with asyncio.timeout(timeout_seconds):
                status, said, noise = await _run(login.words(known_hosts, command))
        except TimeoutError:
            why = f"{login.row.server}: no answer in {timeout_seconds:g} s"
            raise SourceUnavailable("ssh", "timeout", why) from None
    if status == SSH_FAILED:
        raise SourceUnavailable("ssh", *_refusal(login.row.server, noise))
    return status, said


async def _run(words: list[str]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    try:
        said, noise = await asyncio.gather(_read(process.stdout), _read(process.stderr))
        return await process.wait(), said, noise
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _read(stream: asyncio.StreamReader | None) -> str:
    """All of it, or as much as is listened to; past that it is closed."""
    parts: list[bytes] = []
    size = 0
    while stream and size <= LIMIT_BYTES and (part := await stream.read(65_536)):
        parts.append(part)
        size += len(part)
    if size > LIMIT_BYTES:
        raise SourceUnavailable("ssh", "malformed", "it says too much")
    return b"".join(parts).decode("utf-8", "replace")


def _refusal(server: str, noise: str) -> tuple[str, str]:
    """The word and the sentence for what ssh says; its own words are not repeated."""
    said = noise.lower()
    if "host key verification failed" in said:
        return "denied", f"{server} shows another host key than the pinned one"
    if "permission denied" in said:
        return "denied", f"{server} does not take the key"
    if "timed out" in said:
        return "timeout", f"{server} does not answer"
    return "refused", f"{server} refuses the connection"
