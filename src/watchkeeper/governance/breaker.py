"""The circuit breakers: one for each server class, and one for everything.

A pure fold of how warrants ended and of what came after them; each entry costs O(window).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watchkeeper.governance.limits import (
    BREAKER_FAILURES,
    BREAKER_RATIO,
    BREAKER_REST,
    BREAKER_WINDOW,
    GLOBAL_BREAKER_FAILURES,
)

GLOBAL = ""  # the name of the breaker over all classes


class BreakerState(StrEnum):
    """The three states of a circuit breaker (M. Nygard, Release It!)."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How one warrant ended, as far as a breaker minds. ``aftermath``: what it did to others."""

    warrant: str
    minted_at: datetime
    at: datetime
    bad: bool
    aftermath: bool = False


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """One breaker. It opens when too many of those that ended within the window ended badly.

    After the rest one trial decides: a success closes it and the count begins anew, anything bad
    opens it again.
    """

    failures: int = BREAKER_FAILURES
    window: tuple[Ending, ...] = ()  # oldest first
    opened_at: datetime | None = None
    reason: str = ""
    by: str = ""  # the person who opened it; empty: what was seen
    trial: str = ""  # the warrant whose success closed it

    def state(self, now: datetime) -> BreakerState:
        """Where it stands."""
        if self.opened_at is None:
            return BreakerState.CLOSED
        resting = now < self.opened_at + BREAKER_REST
        return BreakerState.OPEN if resting else BreakerState.HALF_OPEN

    @property
    def half_open_at(self) -> datetime | None:
        """When it lets one through; None while it is closed."""
        return self.opened_at + BREAKER_REST if self.opened_at else None


Breakers = Mapping[str, Breaker]


def ended(breakers: Breakers, server_class: str, ending: Ending) -> dict[str, Breaker]:
    """The breakers after one more ending: the one of its class, and the global one."""
    return {
        **breakers,
        server_class: _after(breaker_of(breakers, server_class), ending),
        GLOBAL: _after(breaker_of(breakers, GLOBAL), ending),
    }


def breaker_of(breakers: Breakers, server_class: str) -> Breaker:
    """A class's breaker; one that nothing is known of is closed."""
    failures = BREAKER_FAILURES if server_class else GLOBAL_BREAKER_FAILURES
    return breakers.get(server_class) or Breaker(failures=failures)


def set_by_hand(breaker: Breaker, by: str, at: datetime, *, opened: bool) -> Breaker:
    """A person opens it, or closes it before its time; the count begins anew."""
    fresh = Breaker(failures=breaker.failures)
    return replace(fresh, opened_at=at, by=by, reason="opened by hand") if opened else fresh


def _after(breaker: Breaker, ending: Ending) -> Breaker:
    opened_at = breaker.opened_at
    if opened_at is not None and ending.minted_at >= opened_at + BREAKER_REST:
        return _tried(breaker, ending)
    if ending.aftermath and ending.bad and ending.warrant == breaker.trial:
        return _opened(breaker, ending, "what came after the trial was bad")
    window = _kept(breaker.window, ending)
    bad = sum(each.bad for each in window)
    known = replace(breaker, window=window)
    if ending.bad and bad >= breaker.failures and bad >= BREAKER_RATIO * len(window):
        return _opened(known, ending, f"{bad} of {len(window)} ended badly within the window")
    return known


def _tried(breaker: Breaker, ending: Ending) -> Breaker:
    if ending.bad:
        return _opened(replace(breaker, window=()), ending, "the trial ended badly")
    if ending.aftermath:
        return breaker  # its own end decides
    return Breaker(failures=breaker.failures, trial=ending.warrant)


def _opened(breaker: Breaker, ending: Ending, reason: str) -> Breaker:
    return replace(breaker, opened_at=ending.at, reason=reason, by="", trial="")


def _kept(window: tuple[Ending, ...], ending: Ending) -> tuple[Ending, ...]:
    """The endings of the window with this one: a warrant counts once, and badly if ever badly."""
    same = next((each for each in window if each.warrant == ending.warrant), None)
    counted = replace(ending, bad=ending.bad or (same.bad if same else False))
    fresh = (e for e in window if ending.at - e.at < BREAKER_WINDOW and e is not same)
    return (*fresh, counted)
