"""How long the disk lasts, and who is told: green, yellow in time, red when it is too late."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.rig.receiver import Receiver
from watchkeeper.adapters.system.vital_signs import Space
from watchkeeper.bootstrap.growth import Growth
from watchkeeper.bootstrap.heartbeat_settings import Heartbeat, Notifications
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.interfaces.checkup import forecast as forecasts
from watchkeeper.interfaces.checkup.finding import Colour, Finding
from watchkeeper.interfaces.checkup.forecast import forecast
from watchkeeper.interfaces.checkup.telling import telling

GB = 10**9


def foretold(
    monkeypatch: pytest.MonkeyPatch, *, used: float, free: int, per_day: float | None
) -> Finding:
    found = Space(mount="/var", used_ratio=used, free_bytes=free)
    grown = Growth(journal_bytes=5_000_000, heads_bytes=0, jobs_bytes=0, per_day_bytes=per_day)
    monkeypatch.setattr(forecasts, "space", lambda _: found)
    monkeypatch.setattr(forecasts, "growth", lambda *_: grown)
    [finding] = forecast(Path("/var/lib/watchkeeper"))
    return finding


def test_full_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = foretold(monkeypatch, used=0.9, free=GB, per_day=1.0)
    assert finding.colour is Colour.RED
    assert finding.found == "/var is 90% full: from 90% on it stops acting"


def test_full_within_a_month_is_yellow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of two gigabytes is free; 0.8 GB of it before the limit."""
    finding = foretold(monkeypatch, used=0.5, free=GB, per_day=0.8 * GB / 29)
    assert finding.colour is Colour.YELLOW
    assert "/var is 90% full in 29 days" in finding.found
    finding = foretold(monkeypatch, used=0.5, free=GB, per_day=0.8 * GB / 31)
    assert finding.colour is Colour.GREEN
    assert "/var is 90% full in 31 days at this rate" in finding.found


@pytest.mark.parametrize("per_day", [0.0, 1.0])
def test_what_hardly_grows_lasts(monkeypatch: pytest.MonkeyPatch, per_day: float) -> None:
    finding = foretold(monkeypatch, used=0.5, free=GB, per_day=per_day)
    assert finding.found.endswith("in more than ten years at this rate")


def test_too_young(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = foretold(monkeypatch, used=0.5, free=GB, per_day=None)
    assert finding.found.endswith("it is too young for a forecast")


def test_without_a_journal_it_is_silent(tmp_path: Path) -> None:
    assert list(forecast(tmp_path)) == []


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


def test_with_nobody_to_tell_it_says_what_is_missing() -> None:
    heartbeat, notifications = telling(Settings())
    assert (heartbeat.colour, notifications.colour) == (Colour.YELLOW, Colour.YELLOW)
    assert heartbeat.found == "none: nobody notices when the watch itself dies"
    assert notifications.found == "none: its log is the only one who tells"


def test_both_are_reached_and_told_nothing(receiver: Receiver) -> None:
    settings = Settings(
        heartbeat=Heartbeat(url=receiver.url), notifications=Notifications(url=receiver.url)
    )
    assert {finding.colour for finding in telling(settings)} == {Colour.GREEN}
    assert not receiver.beats and not receiver.notices


def test_whoever_is_not_there_is_red() -> None:
    gone = "http://127.0.0.1:1"
    settings = Settings(heartbeat=Heartbeat(url=gone), notifications=Notifications(url=gone))
    findings = list(telling(settings))
    assert {finding.colour for finding in findings} == {Colour.RED}
    assert "the connection was refused" in findings[0].found


def test_a_url_that_cannot_be_read_is_red(tmp_path: Path) -> None:
    settings = Settings(heartbeat=Heartbeat(url_file=tmp_path / "nowhere"))
    [finding] = telling(settings)
    assert finding.colour is Colour.RED
