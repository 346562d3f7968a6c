"""Quantiles of each row, where rows have gaps."""

import numpy as np
from numpy.typing import NDArray

from watchkeeper.monitoring.columns import Floats


def ranked(values: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Each row sorted, its gaps (NaN) last; and how many values each row has.

    ``values`` has shape (rows, n); the counts have shape (rows,).
    """
    return np.sort(values, axis=-1), np.asarray(np.count_nonzero(np.isfinite(values), axis=-1))


def at_quantile(sorted_rows: Floats, counts: NDArray[np.intp], quantile: float) -> Floats:
    """Each row's quantile, linear between neighbours; NaN for an empty row. Shape (rows,)."""
    place = quantile * np.maximum(counts - 1, 0)
    return at_place(sorted_rows, counts, place)


def at_place(sorted_rows: Floats, counts: NDArray[np.intp], place: Floats) -> Floats:
    """The value at a (broken) place of each sorted row, held inside the row. Shape (rows,)."""
    if sorted_rows.shape[-1] == 0:
        return np.full(sorted_rows.shape[0], np.nan)
    last = np.maximum(counts - 1, 0)
    place = np.clip(place, 0, last)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, last)
    rows = np.arange(len(sorted_rows))
    low, high = sorted_rows[rows, below], sorted_rows[rows, above]
    share = place - below
    found = np.where(share > 0, low + (high - low) * share, low)
    return np.where(counts > 0, found, np.nan)


def median(values: Floats) -> Floats:
    """The median of each row without its gaps; NaN for an empty row. Shape (rows,)."""
    sorted_rows, counts = ranked(values)
    return at_quantile(sorted_rows, counts, 0.5)
