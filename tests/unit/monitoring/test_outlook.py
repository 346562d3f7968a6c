"""What the recent past of a disk supports saying about its end."""

import numpy as np
import pytest

from tests.unit.monitoring.station import START
from tests.unit.monitoring.weather import Floats, chance
from watchkeeper.domain.threshold import Exhaustion
from watchkeeper.monitoring.outlook import outlook
from watchkeeper.monitoring.trail import Trail

RULE = Exhaustion(
    metric="filesystem_free_ratio", below=0.4, horizon_seconds=86_400, critical_seconds=14_400
)
STEP = 300.0
DAY = 288  # steps
SERIES = 12


def days(count: float) -> Floats:
    """Time in days, one step each."""
    return np.arange(int(count * DAY)) / DAY


def foreseen(values: Floats, looked_at_every: int = 12) -> dict[int, tuple[float, ...]]:
    """Per series: when it was first foreseen twice in a row, near end, line, far end (days)."""
    trail = Trail().covering(np.arange(len(values)))
    seen = np.ones(len(values), dtype=np.bool_)
    first: dict[int, tuple[float, ...]] = {}
    before = np.zeros(len(values), dtype=np.bool_)
    start = START.timestamp()
    for index in range(values.shape[1]):
        at = start + index * STEP
        trail = trail.after(at, values[:, index], seen & np.isfinite(values[:, index]))
        if index % looked_at_every:
            continue
        ahead = outlook(RULE, trail, at)
        soon = ahead.near - at <= RULE.horizon_seconds
        for place in np.flatnonzero(soon & before):
            ends = (ahead.near[place], ahead.at[place], ahead.far[place])
            told = (index / DAY, *((end - start) / 86_400 for end in ends))
            first.setdefault(int(place), told)
        before = soon
    return first


def noise(length: int, spread: float = 0.003) -> Floats:
    return chance(11).normal(0, spread, (SERIES, length))


def teeth(period: float, top: float, depth: float, count: float = 6) -> Floats:
    """A saw-tooth of every phase: filled all the time, emptied once a period."""
    phases = np.linspace(0, 1, SERIES, endpoint=False)[:, None]
    return top - depth * ((days(count) / period + phases) % 1)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cleaned up every night", teeth(1, 0.38, 0.25)),
        ("rotated every three days, after the first", teeth(3, 0.38, 0.2, 9)),
        ("emptied every eight hours", teeth(1 / 3, 0.35, 0.2)),
        ("breathing with the day", 0.25 + 0.12 * np.sin(2 * np.pi * days(6)) + teeth(1, 0, 0)),
        ("full since ever", np.full((SERIES, 6 * DAY), 0.06)),
        ("plenty of room", np.broadcast_to(0.9 - 0.08 * days(6), (SERIES, 6 * DAY))),
    ],
)
def test_what_rights_itself_or_has_time_is_not_foreseen(name: str, values: Floats) -> None:
    assert foreseen(values + noise(values.shape[1])) == {}, name


def test_files_copied_in_now_and_then_are_not_a_trend() -> None:
    drops = np.zeros((SERIES, 6 * DAY))
    for place in range(SERIES):
        at = chance(20 + place).choice(6 * DAY, 4, replace=False)
        drops[place, at] = 0.05
    assert foreseen(0.36 - np.cumsum(drops, axis=1) + noise(6 * DAY)) == {}


@pytest.mark.parametrize("slope", [0.06, 0.12, 0.5])
def test_a_disk_that_fills_is_foreseen_with_an_honest_interval(slope: float) -> None:
    """It is empty after six days; slopes are in ratios a day."""
    level = np.minimum(0.6, slope * (6 - days(6)))
    many = chance(12).normal(0, 0.003, (4 * SERIES, 6 * DAY))
    found = foreseen(np.maximum(level + many, 0))
    assert len(found) == 4 * SERIES
    for told, near, at, far in found.values():
        assert 16 / 24 <= 6 - told <= 40 / 24  # the hours it is told ahead
        assert near < at < far
        assert abs(at - 6) < 0.25
    held = [near <= 6 <= far for _, near, _, far in found.values()]
    assert np.mean(held) >= 0.8


def test_a_sudden_leak_is_foreseen_hours_ahead() -> None:
    """Nothing for five days, then ten points an hour."""
    level = np.where(days(6) < 5, 0.6, 0.6 - 2.4 * (days(6) - 5))
    found = foreseen(np.maximum(level + noise(6 * DAY, 0.001), 0), looked_at_every=2)
    assert len(found) == SERIES
    for told, near, _, far in found.values():
        assert 5.25 - told >= 2 / 24
        assert near - 0.02 <= 5.25 <= far + 0.02


def test_a_backup_that_leaves_its_copy_every_night_is_foreseen() -> None:
    """Five points a night, at once: a staircase is a line only when seen from afar."""
    level = 0.55 - 0.05 * np.floor(days(11) + np.linspace(0, 0.9, SERIES)[:, None])
    found = foreseen(np.maximum(level + noise(11 * DAY), 0))
    assert len(found) == SERIES
    for told, near, _, far in found.values():
        assert told >= 9
        assert near - 0.6 <= 11 <= far + 1


def test_teeth_that_reach_lower_every_day_are_foreseen() -> None:
    level = teeth(1, 0.5, 0.1, 7) - 0.06 * days(7)
    found = foreseen(np.maximum(level + noise(7 * DAY), 0))
    assert len(found) >= SERIES - 2


def test_after_a_rescue_the_next_fill_is_foreseen_again() -> None:
    """Down to nothing on the third day, emptied by hand, and down again."""
    falling = np.concatenate((0.6 - 0.2 * days(3), 0.6 - 0.2 * days(3)))
    values = np.maximum(np.broadcast_to(falling, (SERIES, len(falling))) + noise(6 * DAY), 0)
    values[:, : 3 * DAY] = np.maximum(values[:, : 3 * DAY], 0.01)
    found = foreseen(values[:, : 3 * DAY])
    assert len(found) == SERIES
    again = foreseen(values)
    trail_knows = [told for told, *_ in again.values()]
    assert max(trail_knows) < 3  # the first fill
    late = values.copy()
    late[:, : 2 * DAY] = 0.6  # only the rescue is remembered
    assert all(told > 2 for told, *_ in foreseen(late).values())


def test_on_its_first_day_only_the_nearly_full_is_foreseen() -> None:
    half_a_day = np.broadcast_to(0.35 - 0.4 * days(0.5), (SERIES, DAY // 2))
    assert foreseen(half_a_day + noise(DAY // 2)) == {}
    almost = np.broadcast_to(0.35 - 0.8 * days(0.42), (SERIES, int(0.42 * DAY)))
    assert len(foreseen(np.maximum(almost + noise(int(0.42 * DAY), 0.001), 0))) == SERIES


def test_a_disk_that_stopped_answering_is_not_foreseen() -> None:
    values = np.broadcast_to(0.6 - 0.1 * days(6), (SERIES, 6 * DAY)).copy()
    values[:, 3 * DAY :] = np.nan
    assert all(told < 3.1 for told, *_ in foreseen(values).values())
