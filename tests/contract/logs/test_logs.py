"""What every log source keeps to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.logs.sight import Sight
from watchkeeper.adapters.logs.source import HostLogs
from watchkeeper.adapters.system.crew import InlineCrew
from watchkeeper.domain.estate import Service
from watchkeeper.ports.errors import SourceUnavailable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = {"refused", "timeout", "denied", "malformed", "absent"}


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Sight]:
    """Log files of this host: one line a minute, the older half rotated away."""
    lines = [
        f"{(NOON + timedelta(minutes=minute)).isoformat()} line {minute}\n"
        for minute in range(-90, 60)
    ]
    (tmp_path / "shop.log.1").write_text("".join(lines[:75]))
    (tmp_path / "shop.log").write_text("".join(lines[75:]))
    (tmp_path / "silent.log").write_text(lines[0])

    def service(name: str) -> Service:
        return Service(name=name, server="here", logs=(str(tmp_path / f"{name}.log"),))

    yield Sight(
        logs=HostLogs({"here"}.__contains__, InlineCrew()),
        service=service("shop"),
        silent=service("silent"),
        unreadable=service("absent"),
        start=NOON - timedelta(minutes=30),
        end=NOON,
    )


@pytest.fixture(params=[pytest.param("files", marks=pytest.mark.live("log files"))])
def sight(request: pytest.FixtureRequest) -> Sight:
    """Each log source in turn."""
    found: Sight = request.getfixturevalue(request.param)
    return found


async def test_lines_stand_in_order_within_the_window(sight: Sight) -> None:
    lines = await sight.logs.lines(sight.service, sight.start, sight.end, 1000)
    times = [line.at for line in lines if line.at is not None]
    assert len(times) >= 20
    assert times == sorted(times)
    assert sight.start <= times[0]
    assert times[-1] <= sight.end


async def test_of_too_many_lines_the_newest_are_kept(sight: Sight) -> None:
    whole = await sight.logs.lines(sight.service, sight.start, sight.end, 1000)
    assert await sight.logs.lines(sight.service, sight.start, sight.end, 5) == whole[-5:]
    assert await sight.logs.lines(sight.service, sight.start, sight.end, 0) == ()


async def test_every_line_names_its_origin_and_is_one_harmless_line(sight: Sight) -> None:
    for line in await sight.logs.lines(sight.service, sight.start, sight.end, 1000):
        assert line.origin
        assert len(line.text.splitlines()) <= 1
        assert "\x1b" not in line.text


async def test_nothing_in_the_window_is_nothing(sight: Sight) -> None:
    assert await sight.logs.lines(sight.silent, sight.start, sight.end, 1000) == ()


async def test_logs_that_cannot_be_read_are_unavailable(sight: Sight) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await sight.logs.lines(sight.unreadable, sight.start, sight.end, 10)
    assert caught.value.word in WORDS
    assert "\n" not in str(caught.value)


async def test_the_source_has_a_name(sight: Sight) -> None:
    assert sight.logs.name
