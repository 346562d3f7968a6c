"""A long question is cut so that no part of it is refused, and nothing is lost in between."""

from datetime import timedelta

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.prometheus.ranges import (
    MOST_COLUMNS,
    MOST_SAMPLES,
    columns,
    halves,
    spans,
)
from watchkeeper.domain.instant import from_unix


@settings(deadline=None)
@given(st.integers(0, 30_000), st.integers(0, 100_000))
@example(30_000, 100_000)
@example(2 * MOST_COLUMNS + 1, 1)
def test_the_parts_are_bounded_and_cover_every_column_once(count: int, series: int) -> None:
    parts = list(spans(count, series))
    assert [part.start for part in parts] == [0, *(part.stop for part in parts)][: len(parts)]
    assert (parts[-1].stop if parts else 0) == count
    for part in parts:
        width = part.stop - part.start
        assert 1 <= width <= MOST_COLUMNS
        assert width == 1 or width * series <= MOST_SAMPLES


@given(st.integers(0, 10_000), st.integers(2, 10_000))
def test_halves_make_the_whole(first: int, width: int) -> None:
    left, right = halves(slice(first, first + width))
    assert (left.start, left.stop, right.stop) == (first, right.start, first + width)
    assert left.stop > left.start
    assert right.stop > right.start


@settings(deadline=None)
@given(
    st.integers(0, 2**31),
    st.integers(0, 10_000_000),
    st.sampled_from([1, 5, 60, 300, 3600]),
)
def test_columns_are_whole_steps_within_the_span(start: int, length: int, step: int) -> None:
    if length // step > 100_000:
        length = step * 100_000
    times = columns(from_unix(start), from_unix(start + length), timedelta(seconds=step))
    assert (times % step == 0).all()
    assert (np.diff(times) == step).all()
    if len(times):
        assert start <= times[0] < start + step
        assert start + length - step < times[-1] <= start + length
    else:
        assert length < step
