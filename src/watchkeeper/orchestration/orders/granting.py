"""Levels of autonomy, given by a person."""

from collections.abc import Container
from dataclasses import dataclass

from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel, LevelGranted
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import Desk, digest_of
from watchkeeper.orchestration.orders.refusal import UnclassifiedNeverActs, UnknownRunbook

_ACTING = (AutonomyLevel.ACT_AND_NOTIFY, AutonomyLevel.ACT)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How far a runbook shall go by itself on a server class."""

    runbook: str
    server_class: str
    level: AutonomyLevel


@dataclass(frozen=True, kw_only=True)
class Granted:
    """A level is granted; ``before`` is what stood there until now.

    ``unproven``: it acts on this word alone until there are enough outcomes.
    """

    wanted: Wanted
    before: AutonomyLevel | None
    unproven: bool


async def grant(
    desk: Desk, library: Container[str], wanted: Wanted, *, reason: str = ""
) -> Granted:
    """Let a runbook of the library go that far by itself on a class. Raises OrderRefused."""
    desk.require(Role.ADMINISTRATOR)
    if wanted.runbook not in library:
        raise UnknownRunbook(wanted.runbook)
    if wanted.server_class == UNCLASSIFIED and wanted.level in _ACTING:
        raise UnclassifiedNeverActs
    authority, _ = await desk.authority()
    text = desk.sealed(reason)
    granted = LevelGranted(
        runbook=wanted.runbook,
        server_class=wanted.server_class,
        level=wanted.level,
        reason=digest_of(text),
    )
    await desk.say(AUTHORITY, granted, text, None)
    before = authority.level(wanted.runbook, wanted.server_class)
    return Granted(wanted=wanted, before=before, unproven=wanted.level in _ACTING)
