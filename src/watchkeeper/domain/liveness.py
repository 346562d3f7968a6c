"""Whether the watch is kept: only then may a sign of life be given."""

from dataclasses import dataclass

CYCLES_LATE = 3  # a cycle may take this many times its pace …
LATE_SECONDS = 30.0  # … and never has to be faster than this
WRITTEN_WITHIN_SECONDS = 60.0
TAKEN_WITHIN_SECONDS = 120.0  # a message to people


@dataclass(frozen=True, kw_only=True)
class Signs:
    """How long ago the watch last did what a watch does. None: never, or nothing waits."""

    cycle_seconds: float  # the pace
    cycle_ago_seconds: float | None
    written_ago_seconds: float | None
    notice_waiting_seconds: float | None = None
    notifier_fault: str = ""  # why nobody could be told anything now

    @property
    def cycle_limit_seconds(self) -> float:
        """How old the last whole cycle may be."""
        return max(CYCLES_LATE * self.cycle_seconds, LATE_SECONDS)


def standing_still(signs: Signs) -> tuple[str, ...]:
    """What a new start might mend: no cycle ends, or nothing is written."""
    found = []
    ago = signs.cycle_ago_seconds
    if ago is None or ago > signs.cycle_limit_seconds:
        found.append(f"no cycle within {signs.cycle_limit_seconds:.0f} s")
    written = signs.written_ago_seconds
    if written is None or written > WRITTEN_WITHIN_SECONDS:
        found.append(f"no journal write within {WRITTEN_WITHIN_SECONDS:.0f} s")
    return tuple(found)


def not_kept(signs: Signs) -> tuple[str, ...]:
    """Why no sign of life may be given; empty: the watch is kept."""
    found = list(standing_still(signs))
    if signs.notifier_fault:
        found.append(f"the notifier cannot be reached ({signs.notifier_fault})")
    elif (signs.notice_waiting_seconds or 0.0) > TAKEN_WITHIN_SECONDS:
        found.append(f"a message waits for more than {TAKEN_WITHIN_SECONDS:.0f} s")
    return tuple(found)
