"""Grants and the kill switch from outside."""

from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel
from watchkeeper.governance.authority import Authority
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.plain import at, at_or_none
from watchkeeper.ports.journal import Journal

_ACTING = (AutonomyLevel.ACT_AND_NOTIFY, AutonomyLevel.ACT)


async def authority_in_force(journal: Journal) -> Authority:
    """What the authority stream adds up to."""
    held = await journal.held(AUTHORITY)
    state: Authority = held.state if held else Authority()
    return state


async def grant_list(journal: Journal) -> list[View]:
    """Every level in force, oldest first, and what it stands on."""
    authority = await authority_in_force(journal)
    return [
        {
            "runbook": grant.runbook,
            "class": grant.server_class,
            "level": grant.level.value,
            "standing": "granted, unproven" if grant.level in _ACTING else "granted",
            "by": grant.by,
            "at": at(grant.at),
        }
        for grant in authority.grants
    ]


async def acting_alone(journal: Journal) -> tuple[str, ...]:
    """Which runbook may act by itself on which class, each in a few words."""
    authority = await authority_in_force(journal)
    return tuple(
        f"{grant.runbook} on {grant.server_class}"
        for grant in authority.grants
        if grant.level in _ACTING
    )


async def kill_view(journal: Journal, page_engaged: bool) -> View:
    """Where the kill switch stands: the journal or the page is enough to stop everything."""
    authority = await authority_in_force(journal)
    return {
        "engaged": authority.killed or page_engaged,
        "scope": "all",
        "since": at_or_none(authority.killed_at),
        "by": authority.killed_by or None,
        "epoch": authority.kill_epoch,
        "journal": authority.killed,
        "page": page_engaged,
    }
