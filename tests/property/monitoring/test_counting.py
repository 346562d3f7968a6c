"""What is counted in columns is what would be counted one by one."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.threshold import Persistence
from watchkeeper.monitoring.quantile import at_quantile, median, ranked
from watchkeeper.monitoring.ring import Keep, empty_ring
from watchkeeper.monitoring.track import Standing, advanced, covering, opened

CYCLE = 60.0

moments = st.sampled_from(["bad", "good", "unknown"])
persistences = st.builds(
    lambda bad, more, seconds: Persistence(bad=bad, of=bad + more, seconds=seconds),
    st.integers(1, 5),
    st.integers(0, 4),
    st.sampled_from([0.0, 120.0, 300.0]),
)


def counted(course: Sequence[str], wanted: Persistence) -> list[bool]:
    """Whether something persists after each moment, told one moment at a time."""
    said: list[bool] = []
    window: list[bool] = []
    since: int | None = None
    for cycle, moment in enumerate(course):
        if moment != "unknown":
            window = [*window, moment == "bad"][-wanted.of :]
            if moment == "bad" and since is None:
                since = cycle
            if not any(window):
                since = None
        long = since is not None and (cycle - since) * CYCLE >= wanted.seconds
        said.append(moment == "bad" and sum(window) >= wanted.bad and long)
    return said


@settings(deadline=None)
@given(st.lists(st.lists(moments, min_size=30, max_size=30), min_size=1, max_size=5), persistences)
def test_persistence_in_columns_is_persistence_one_by_one(
    courses: list[list[str]], wanted: Persistence
) -> None:
    track = opened("rule", AnomalyKind.THRESHOLD, wanted)
    track = covering(track, np.arange(len(courses)))
    seen: list[list[bool]] = [[] for _ in courses]
    for cycle in range(30):
        now = [course[cycle] for course in courses]
        bad = np.array([moment == "bad" for moment in now])
        known = np.array([moment != "unknown" for moment in now])
        track = advanced(track, bad, known, cycle * CYCLE)
        persistent = set(track.persistent(cycle * CYCLE).tolist())
        for place, moment in enumerate(now):
            seen[place].append(place in persistent)
            assert track.standing(place) is Standing(moment)
    assert seen == [counted(course, wanted) for course in courses]


def chosen(keep: Keep, seen: list[float]) -> float:
    return {Keep.LAST: seen[-1], Keep.LOWEST: min(seen), Keep.HIGHEST: max(seen)}[keep]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), max_size=60), st.sampled_from(Keep))
def test_a_ring_holds_the_last_steps_and_no_more(
    readings: list[tuple[int, float]], keep: Keep
) -> None:
    """Readings come 0 to 9 half-steps after one another; a step's point is its own."""
    ring = empty_ring(100.0, 8, keep).covering(1)
    at = 0.0
    steps: dict[int, list[float]] = {}
    for wait, value in readings:
        at += wait * 50
        ring = ring.after(at, np.array([value]), np.array([True]))
        steps.setdefault(int(at // 100), []).append(value)
    if readings:
        last = int(at // 100)
        expected = [
            chosen(keep, steps[step]) if step in steps else np.nan for step in range(last - 8, last)
        ]
        assert np.allclose(ring.unrolled(np.array([0]))[0], expected, equal_nan=True)


numbers = st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6))


@settings(deadline=None)
@given(
    arrays.arrays(
        np.float64, arrays.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=numbers
    ),
    st.floats(0, 1),
)
def test_quantiles_of_rows_with_gaps_are_those_of_the_rows_without(
    values: np.ndarray[tuple[int, int], np.dtype[np.float64]], quantile: float
) -> None:
    found = at_quantile(*ranked(values), quantile)
    middles = median(values)
    for row, value, middle in zip(values, found, middles, strict=True):
        present = row[~np.isnan(row)]
        if len(present):
            assert np.isclose(value, np.quantile(present, quantile))
            assert np.isclose(middle, np.median(present))
        else:
            assert np.isnan(value)
            assert np.isnan(middle)
