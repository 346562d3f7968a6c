"""Conditions with a deadline: the only way these stories wait."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


class NeverHappened(AssertionError):
    """What a story waited for did not happen before its deadline."""


def until(look: Callable[[], Seen | None], *, within: float, what: str, every: float = 0.2) -> Seen:
    """The first truthy thing that `look` sees; NeverHappened after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= deadline:
            raise NeverHappened(f"not within {within:g} s: {what}; last seen: {seen!r}")
        time.sleep(every)


def throughout(look: Callable[[], bool], *, seconds: float, what: str, every: float = 0.5) -> None:
    """Holds a condition for some time: fails at the first moment it is not so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not look():
            raise NeverHappened(f"ceased to be so: {what}")
        time.sleep(every)
