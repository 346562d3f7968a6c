"""What a real journald (Debian 12, systemd 252) answered, read again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchkeeper.adapters.logs.source import HostLogs
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.domain.estate import Service

RECORDED = Path(__file__).parent / "recorded" / "journalctl.jsonl"
THEN = datetime(2026, 11, 24, 4, 57, 39, 647507, tzinfo=UTC)


@pytest.mark.recorded("journald")
async def test_text_bytes_line_ends_and_terminal_sequences(tmp_path: Path) -> None:
    player = tmp_path / "journalctl"
    player.write_text(f"#!/bin/sh\ncat '{RECORDED}'\n")
    player.chmod(0o755)
    logs = HostLogs({"here"}.__contains__, InlineCrew(), str(player))
    service = Service(name="shop", server="here", unit="wk-try")
    lines = await logs.lines(service, THEN, THEN + timedelta(seconds=1), 100)
    assert [line.text for line in lines] == [
        "plain error",
        "bytes \ufffd\ufffd",
        "two",
        "lines",
        "\ufffd[31mred",
    ]
    assert lines[0].at == THEN
    assert await logs.lines(service, THEN, THEN, 100) == lines[:1]
