"""Noise that is the same in every run: a series' value depends on its seed and the instant only."""

import math
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def gauss(at: datetime, spread: float, seed: int = 0) -> float:
    """Normal noise that belongs to this instant (Box and Muller)."""
    digest = blake2b(f"{seed}/{at.timestamp():.0f}".encode(), digest_size=16).digest()
    first = (int.from_bytes(digest[:8], "big") + 1) / 2**64
    second = int.from_bytes(digest[8:], "big") / 2**64
    return spread * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second)


def working_day(at: datetime) -> float:
    """Busier at noon than at midnight, and a batch from two to three every night."""
    if at.hour == 2:
        return 0.85
    return 0.3 - 0.15 * math.cos(2 * math.pi * (at.hour + at.minute / 60) / 24)


def noisy(
    shape: Callable[[datetime], float], spread: float = 0.02, seed: int = 0
) -> Callable[[datetime], float]:
    """The shape with noise on it, within 0–1."""
    return lambda at: min(max(shape(at) + gauss(at, spread, seed), 0.0), 1.0)


def chance(seed: int) -> np.random.Generator:
    """A seeded generator for arrays."""
    return np.random.default_rng(seed)
