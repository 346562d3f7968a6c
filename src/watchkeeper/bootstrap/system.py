"""This machine's own clock and names, for whoever may not pick adapters."""

from watchkeeper.adapters.system.identifiers import UlidIdentifiers
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers


def system_clock() -> Clock:
    """The wall clock, which never goes back."""
    return SystemClock()


def system_identifiers(clock: Clock) -> Identifiers:
    """Unpredictable identifiers and salts."""
    return UlidIdentifiers(clock)
