"""One long question as several bounded ones."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

MOST_COLUMNS = 10_999  # Prometheus refuses more than 11,000 points a series
MOST_SAMPLES = 400_000  # a request's answer: about 12 MB of JSON


def columns(start: datetime, end: datetime, step: timedelta) -> NDArray[np.float64]:
    """Unix seconds of every multiple of the step within [start, end], ascending.

    Whole multiples, so that neighbouring questions meet and caches are hit.
    """
    seconds = step.total_seconds()
    first = math.ceil(start.timestamp() / seconds)
    last = math.floor(end.timestamp() / seconds)
    return np.arange(first, last + 1, dtype=np.float64) * seconds


def spans(columns: int, series: int) -> Iterator[slice]:
    """The columns cut so that no request holds too many of them, or too many samples."""
    each = max(1, min(MOST_COLUMNS, MOST_SAMPLES // max(series, 1)))
    for first in range(0, columns, each):
        yield slice(first, min(first + each, columns))


def halves(span: slice) -> tuple[slice, slice]:
    """A span of at least two columns in two."""
    middle = (span.start + span.stop) // 2
    return slice(span.start, middle), slice(middle, span.stop)
