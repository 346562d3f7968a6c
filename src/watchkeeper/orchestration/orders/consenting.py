"""Consent to the downtime of a service that nothing stands in for."""

from dataclasses import dataclass
from enum import StrEnum

from watchkeeper.domain.events.authority import AUTHORITY, DowntimeConsented, DowntimeRefused
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import TRIES, Desk, digest_of
from watchkeeper.orchestration.orders.refusal import KeepsMoving, NotTheOwner, UnknownService
from watchkeeper.ports.errors import StaleRevision


class Downtime(StrEnum):
    """What an owner says of it."""

    CONSENTED = "consented"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Consented:
    """Where a service's downtime stands now. ``changed`` False: it stood there already."""

    service: str
    downtime: Downtime
    owner: str
    changed: bool


async def consent(
    desk: Desk, *, service: str, owner: str | None, downtime: Downtime, reason: str = ""
) -> Consented:
    """Let a service be down while it is mended, or no longer. Raises OrderRefused.

    ``owner`` as the estate names it; None: the estate has no such service.
    """
    if owner is None:
        raise UnknownService(service)
    _may_consent(desk, owner)
    text = desk.sealed(reason)
    agrees = downtime is Downtime.CONSENTED
    body = DowntimeConsented if agrees else DowntimeRefused
    said = body(service=service, reason=digest_of(text))
    for _ in range(TRIES):
        authority, revision = await desk.authority()
        changed = (service in authority.consents) is not agrees
        try:
            if changed:
                await desk.say(AUTHORITY, said, text, revision)
        except StaleRevision:
            continue
        return Consented(service=service, downtime=downtime, owner=owner, changed=changed)
    raise KeepsMoving(service)


def _may_consent(desk: Desk, owner: str) -> None:
    """The owner, a member of the group that owns it, or an administrator. Raises NotTheOwner."""
    person = desk.by.name
    mine = {person} | desk.who.people.groups_of(person)
    if owner not in mine and Role.ADMINISTRATOR not in desk.who.account.roles:
        raise NotTheOwner(owner or "the estate names no owner")
