"""Fit to act: what is wrong with Watchkeeper itself, so that it stops acting and keeps paging."""

from dataclasses import dataclass
from enum import StrEnum

FULL_RATIO = 0.90  # of the data directory's file system; spec: who watches the watchman
ROOMY_RATIO = 0.88  # once it was full, it has room again only below this
JOURNAL_SECONDS = 5.0  # a journal write that takes longer is as good as none
LAG_SECONDS = 1.0  # an event loop that goes on being later than this cannot stop in time
JUMP_SECONDS = 5.0  # a wall clock that moved by more is not believed …
JUMP_REST_SECONDS = 900.0  # … for this long, unless it is known to be synchronised again


class Ailment(StrEnum):
    """What can be wrong."""

    DISK = "disk_full"
    CLOCK = "stale_clock"
    LOOP = "lagging_loop"
    JOURNAL = "journal_failing"


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """One thing that is wrong. ``place``: the mount that is full, where that is what is wrong."""

    ailment: Ailment
    reason: str
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """How Watchkeeper itself is, measured. None: not known, which alone stops nothing."""

    mount: str
    used_ratio: float | None
    synchronised: bool | None = None
    jumped_seconds: float = 0.0  # the last jump of the wall clock …
    jumped_ago_seconds: float | None = None  # … and how long ago it was; None: never
    lag_seconds: float = 0.0  # how late the loop has gone on being
    write_seconds: float | None = None  # what the last journal write took; None: it failed
    write_failed: bool = False


def ailments(vitals: Vitals, before: tuple[Unfit, ...] = ()) -> tuple[Unfit, ...]:
    """Everything that is wrong, in a fixed order; ``before``: what was wrong at the last look."""
    full = any(unfit.ailment is Ailment.DISK for unfit in before)
    found = (
        _disk(vitals, ROOMY_RATIO if full else FULL_RATIO),
        _clock(vitals),
        _loop(vitals),
        _journal(vitals),
    )
    return tuple(unfit for unfit in found if unfit is not None)


def _disk(vitals: Vitals, limit: float) -> Unfit | None:
    if vitals.used_ratio is None or vitals.used_ratio < limit:
        return None
    told = f"{vitals.mount} is {vitals.used_ratio:.0%} full, and the journal is on it"
    return Unfit(ailment=Ailment.DISK, reason=told, place=vitals.mount)


def _clock(vitals: Vitals) -> Unfit | None:
    """A jump is forgiven once the kernel says that the clock is right, or after a while."""
    ago = vitals.jumped_ago_seconds
    if ago is None or abs(vitals.jumped_seconds) <= JUMP_SECONDS or ago >= JUMP_REST_SECONDS:
        return None
    if vitals.synchronised and ago >= JUMP_SECONDS:
        return None
    told = f"the wall clock jumped by {vitals.jumped_seconds:+.0f} s and is not known to be right"
    return Unfit(ailment=Ailment.CLOCK, reason=told)


def _loop(vitals: Vitals) -> Unfit | None:
    if vitals.lag_seconds <= LAG_SECONDS:
        return None
    told = f"the event loop is {vitals.lag_seconds:.1f} s late"
    return Unfit(ailment=Ailment.LOOP, reason=told)


def _journal(vitals: Vitals) -> Unfit | None:
    if vitals.write_failed:
        return Unfit(ailment=Ailment.JOURNAL, reason="the journal cannot be written")
    if vitals.write_seconds is None or vitals.write_seconds <= JOURNAL_SECONDS:
        return None
    told = f"a journal write takes {vitals.write_seconds:.1f} s"
    return Unfit(ailment=Ailment.JOURNAL, reason=told)
