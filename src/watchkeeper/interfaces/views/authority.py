"""Grants and the kill switch from outside."""

from datetime import datetime

from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.breaker import GLOBAL, breaker_of
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


async def consent_list(journal: Journal) -> list[View]:
    """Every service that may be down while it is mended."""
    authority = await authority_in_force(journal)
    return [{"service": name} for name in authority.consents]


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
        "engaged": bool(authority.kill.engaged) or page_engaged,
        "scope": "all" if authority.killed or page_engaged else None,
        "since": at_or_none(authority.killed_at),
        "by": authority.killed_by or None,
        "epoch": authority.kill_epoch,
        "journal": authority.killed,
        "page": page_engaged,
        "scopes": [
            {"scope": each.scope, "since": at(each.at), "by": list(each.by)}
            for each in authority.kill.engaged
        ],
    }


async def breaker_list(journal: Journal, now: datetime) -> list[View]:
    """Every breaker that has anything to tell, the global one first."""
    authority = await authority_in_force(journal)
    breakers = {GLOBAL: breaker_of(authority.breakers, GLOBAL), **authority.breakers}
    return [
        {
            "class": name or "all classes",
            "state": breaker.state(now).value,
            "opened_at": at_or_none(breaker.opened_at),
            "half_open_at": at_or_none(breaker.half_open_at),
            "why": breaker.reason or None,
            "by": breaker.by or None,
            "counted": len(breaker.window),
            "bad": sum(each.bad for each in breaker.window),
        }
        for name, breaker in sorted(breakers.items())
    ]
