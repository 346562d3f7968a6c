"""Identifiers that sort by time: ULID (48 bits of milliseconds, 80 bits of randomness)."""

import os
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from watchkeeper.domain.blob import SALT_BYTES
from watchkeeper.ports.clock import Clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 26
RANDOM_BITS = 80
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class UlidIdentifiers:
    """ULIDs from a clock and a source of random bytes.

    Strictly increasing within one instance: a second one in the same millisecond is the first
    plus one, and a full millisecond borrows from the next.
    """

    def __init__(self, clock: Clock, randomness: Callable[[int], bytes] = os.urandom) -> None:
        self._clock = clock
        self._randomness = randomness
        self._last = -1
        self._turn = threading.Lock()

    def new(self) -> str:
        """26 characters, greater than every one before."""
        milliseconds = (self._clock.now() - _EPOCH) // _MILLISECOND
        chance = int.from_bytes(self._randomness(RANDOM_BITS // 8))
        with self._turn:
            if milliseconds > self._last >> RANDOM_BITS:
                self._last = milliseconds << RANDOM_BITS | chance
            else:
                self._last += 1
            return _base32(self._last)

    def salt(self) -> bytes:
        """16 bytes of the source of randomness."""
        return self._randomness(SALT_BYTES)


class SeededIdentifiers(UlidIdentifiers):
    """The same names for the same seed and the same times: for tests and simulation only."""

    def __init__(self, clock: Clock, seed: int) -> None:
        super().__init__(clock, random.Random(seed).randbytes)  # noqa: S311 - repeatable on purpose


def _base32(number: int) -> str:
    digits = (ALPHABET[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))
    return "".join(digits)
