"""What was read lately, and nothing else."""

from datetime import UTC, datetime, timedelta

import numpy as np

from watchkeeper.adapters.host.ring import Ring
from watchkeeper.domain.readings import Readings, Series, Targets

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HERE = Targets(servers={"here": "here"})
CPU = Series(server="here", metric="cpu_busy_ratio")
MINUTE = timedelta(minutes=1)


def filled(minutes: int, kept: int = 1000) -> Ring:
    """One reading a minute from noon on, each the number of its minute."""
    ring = Ring("host", kept)
    for minute in range(minutes):
        values = np.array([float(minute)])
        at = NOON + minute * MINUTE
        ring.keep(Readings(source="host", at=at, series=(CPU,), values=values))
    return ring


def test_a_column_holds_the_newest_reading_of_its_step() -> None:
    history = filled(11).history(
        "cpu_busy_ratio", HERE, NOON, NOON + 10 * MINUTE, timedelta(minutes=5)
    )
    assert history.series == (CPU,)
    assert history.values.tolist() == [[0.0, 5.0, 10.0]]
    assert history.gaps == ()


def test_what_lies_before_the_first_reading_is_unknown_and_said() -> None:
    history = filled(3).history("cpu_busy_ratio", HERE, NOON - 2 * MINUTE, NOON + MINUTE, MINUTE)
    assert np.isnan(history.values[0, :2]).all()
    assert history.values[0, 2:].tolist() == [0.0, 1.0]
    [gap] = history.gaps
    assert "only since 2026-11-24T12:00:00Z" in gap.reason


def test_an_empty_ring_says_that_it_knows_nothing() -> None:
    history = Ring("host").history("cpu_busy_ratio", HERE, NOON, NOON + MINUTE, MINUTE)
    assert history.series == ()
    assert history.values.shape == (0, 2)
    assert "nothing yet" in history.gaps[0].reason


def test_a_pause_stays_a_hole() -> None:
    ring = filled(2)
    late = Readings(source="host", at=NOON + 5 * MINUTE, series=(CPU,), values=np.array([5.0]))
    ring.keep(late)
    history = ring.history("cpu_busy_ratio", HERE, NOON, NOON + 5 * MINUTE, MINUTE)
    assert np.isnan(history.values[0]).tolist() == [False, False, True, True, True, False]


def test_it_forgets_the_oldest_and_takes_nothing_that_is_not_newer() -> None:
    ring = filled(10, kept=3)
    ring.keep(Readings(source="host", at=NOON, series=(CPU,), values=np.array([99.0])))
    history = ring.history("cpu_busy_ratio", HERE, NOON, NOON + 9 * MINUTE, MINUTE)
    assert np.isnan(history.values[0, :7]).all()
    assert history.values[0, 7:].tolist() == [7.0, 8.0, 9.0]
