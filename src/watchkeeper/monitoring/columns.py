"""Columns: arrays with one element a row of the roster, and how they grow and shrink with it."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def grown(column: NDArray[Scalar], length: int, fill: Any) -> NDArray[Scalar]:
    """The column with its last axis made ``length`` long; new places hold ``fill``."""
    missing = length - column.shape[-1]
    if missing <= 0:
        return column
    more = np.full((*column.shape[:-1], missing), fill, dtype=column.dtype)
    return np.concatenate((column, more), axis=-1)
