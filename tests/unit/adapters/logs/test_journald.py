"""journalctl in every mood, played by small programs."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchkeeper.adapters.logs import journald
from watchkeeper.adapters.logs.journald import JournaldSilent, journalled
from watchkeeper.adapters.logs.tail import Window

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(start=NOON - timedelta(minutes=15), end=NOON)
STAMP = int((NOON - timedelta(minutes=1)).timestamp() * 1_000_000)


def program(folder: Path, script: str) -> str:
    path = folder / "journalctl"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


async def test_it_is_asked_within_bounds(tmp_path: Path) -> None:
    told = program(tmp_path, f'printf "%s\\n" "$@" > {tmp_path}/asked')
    assert await journalled("nginx.service", WINDOW, 50, told) == ()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert "--unit=nginx.service" in asked
    assert "--output=json" in asked
    assert "--lines=50" in asked
    assert f"--since=@{int(WINDOW.start.timestamp())}" in asked


async def test_messages_of_every_kind(tmp_path: Path) -> None:
    lines = [
        f'{{"__REALTIME_TIMESTAMP":"{STAMP}","MESSAGE":"plain \\u001b[31mred"}}',
        f'{{"__REALTIME_TIMESTAMP":"{STAMP + 1}","MESSAGE":[98,121,116,101,115,255]}}',
        f'{{"__REALTIME_TIMESTAMP":"{STAMP + 2}","MESSAGE":null}}',
        f'{{"__REALTIME_TIMESTAMP":"{STAMP + 3}","MESSAGE":"two\\nlines"}}',
        '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"from 1970: outside the window"}',
        '{"__REALTIME_TIMESTAMP":"x","MESSAGE":"no time"}',
        '{"cut',
    ]
    (tmp_path / "told").write_text("\n".join(lines))
    placed = await journalled("shop", WINDOW, 50, program(tmp_path, f"cat {tmp_path}/told"))
    assert [each.line.text for each in placed] == [
        "plain \ufffd[31mred",
        "bytes\ufffd",
        "two",
        "lines",
    ]
    assert placed[0].line.at == NOON - timedelta(minutes=1)
    assert {each.line.origin for each in placed} == {"shop"}


@pytest.mark.parametrize("unit", ["", "a b", "a;reboot", "../x", "x" * 300, "ä"])
async def test_a_name_that_is_no_unit_is_never_passed_on(tmp_path: Path, unit: str) -> None:
    told = program(tmp_path, f"touch {tmp_path}/started")
    with pytest.raises(JournaldSilent) as caught:
        await journalled(unit, WINDOW, 5, told)
    assert caught.value.word == "malformed"
    assert not (tmp_path / "started").exists()


async def test_it_refuses(tmp_path: Path) -> None:
    with pytest.raises(JournaldSilent) as caught:
        await journalled("shop", WINDOW, 5, program(tmp_path, "exit 1"))
    assert caught.value.word == "denied"


async def test_it_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JournaldSilent) as caught:
        await journalled("shop", WINDOW, 5, str(tmp_path / "none"))
    assert caught.value.word == "absent"


async def test_it_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journald, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(JournaldSilent) as caught:
        await journalled("shop", WINDOW, 5, program(tmp_path, "exec sleep 30"))
    assert caught.value.word == "timeout"


async def test_it_never_stops_talking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journald, "OUTPUT_LIMIT_BYTES", 100_000)
    with pytest.raises(JournaldSilent) as caught:
        await journalled("shop", WINDOW, 5, program(tmp_path, "exec yes"))
    assert caught.value.word == "malformed"


async def test_what_nobody_reads_does_not_keep_it_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy loop lets the pipe run full; asyncio then reads no end of file by itself."""

    async def late(process: asyncio.subprocess.Process) -> bytes:
        await asyncio.sleep(0.3)
        raise JournaldSilent("malformed", str(process.pid))

    monkeypatch.setattr(journald, "_bounded", late)
    async with asyncio.timeout(10):
        with pytest.raises(JournaldSilent):
            await journalled("shop", WINDOW, 5, program(tmp_path, "exec yes"))
