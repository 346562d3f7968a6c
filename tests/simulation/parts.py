"""Which parts of the program a worker's process is, and what ports that leaves it."""

from dataclasses import replace
from enum import StrEnum

from watchkeeper.adapters.memory.ledger import MemoryLedger
from watchkeeper.bootstrap.ports import OneProcess, Ports


class Parts(StrEnum):
    """All three in one process, or one of them."""

    ALL = "all"
    AGENTS = "agents"
    AUTHORITY = "authority"
    EXECUTOR = "executor"


def given_to(parts: Parts, given: OneProcess, ledger: MemoryLedger) -> Ports:
    """What a process of these parts is given; an executor writes into its own ledger."""
    hands = replace(given.hands, ledger=ledger)
    match parts:
        case Parts.ALL:
            return given
        case Parts.AGENTS:
            return _only(given, eyes=given.eyes, bench=None, hands=None)
        case Parts.AUTHORITY:
            return _only(given, eyes=None, bench=given.bench, hands=None)
        case Parts.EXECUTOR:
            return _only(given, eyes=None, bench=None, hands=hands)


def _only(given: OneProcess, **three: object) -> Ports:
    common = ("journal", "clock", "identifiers", "page", "runbooks", "calendars")
    return Ports(**{name: getattr(given, name) for name in common}, **three)  # type: ignore[arg-type]
