"""Chance by counter: the same number for the same key and tick, in any order, without a state.

History of a month ago and the reading of this minute come from one formula, so both agree.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)  # splitmix64 (Steele, Lea, Flood 2014)
_MIX_ONE = np.uint64(0xBF58476D1CE4E5B9)
_MIX_TWO = np.uint64(0x94D049BB133111EB)
_SCALE = 2.0**-53
_BELL_PARTS = 4  # 16-bit numbers in a word; their sum is near enough to a bell


def key_of(*names: str | int) -> int:
    """64 bits that name a source of chance."""
    text = "\x00".join(map(str, names)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def uniform(keys: Words, ticks: Floats) -> Floats:
    """Numbers of [0, 1), shape (keys, ticks). ``keys`` has shape (n,), ``ticks`` (t,), whole."""
    numbers: Floats = (_words(keys, ticks) >> np.uint64(11)).astype(np.float64) * _SCALE
    return numbers


def bell(keys: Words, ticks: Floats) -> Floats:
    """Mean 0, spread 1, none beyond 3.5, Irwin–Hall of four; shape (keys, ticks)."""
    words = _words(keys, ticks)
    parts = [(words >> np.uint64(16 * part)) & np.uint64(0xFFFF) for part in range(_BELL_PARTS)]
    total = np.sum(parts, axis=0).astype(np.float64) / 65_536
    spread: Floats = (total - _BELL_PARTS / 2) * np.sqrt(12 / _BELL_PARTS)
    return spread


def drifting(keys: Words, times: Floats, period_seconds: float) -> Floats:
    """``bell`` at every multiple of the period, straight lines between, shape (keys, times)."""
    place = times / period_seconds
    before = np.floor(place)
    share = place - before
    return bell(keys, before) * (1 - share) + bell(keys, before + 1) * share


def _words(keys: Words, ticks: Floats) -> Words:
    counter = ticks.astype(np.int64).astype(np.uint64)
    words = keys[:, None] + _STEP * (counter[None, :] + np.uint64(1))
    words = (words ^ (words >> np.uint64(30))) * _MIX_ONE
    words = (words ^ (words >> np.uint64(27))) * _MIX_TWO
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed
