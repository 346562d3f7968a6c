"""The kill switch: anybody may engage it, and an administrator who did not lets go of it."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.events.authority import AUTHORITY, KillEngaged, KillReleased
from watchkeeper.domain.kill_scope import EVERYTHING, UnknownScope, kill_scope
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.limits import ALONE_WAITS
from watchkeeper.governance.people import Role
from watchkeeper.orchestration.orders.desk import TRIES, Desk, digest_of
from watchkeeper.orchestration.orders.refusal import (
    AloneMustWait,
    AloneNeedsReason,
    EngagedAgain,
    KeepsMoving,
    MustBeAnother,
    NotEngaged,
    ScopeUnknown,
)
from watchkeeper.ports.errors import StaleRevision


@dataclass(frozen=True, kw_only=True)
class Switched:
    """Where the kill switch stands now. ``changed`` False: it stood there already.

    ``single_person``: the only administrator let go of what they had engaged.
    """

    engaged: bool
    scope: str
    epoch: int
    changed: bool
    single_person: bool = False


async def engage_kill(desk: Desk, *, scope: str = "all", reason: str = "") -> Switched:
    """Stop a scope. Everything: on the page first, so that it holds though nothing is written."""
    wanted = _scope(scope)
    text = desk.sealed(reason)
    if wanted == str(EVERYTHING):
        desk.stop()
    authority, _ = await desk.authority()
    epoch = authority.kill_epoch
    held = authority.kill.of(wanted)
    if held is not None and str(desk.by) in held.by:
        return Switched(engaged=True, scope=wanted, epoch=epoch, changed=False)
    await desk.say(AUTHORITY, KillEngaged(scope=wanted, reason=digest_of(text)), text, None)
    if wanted == str(EVERYTHING):
        desk.stop()  # once more: a release that ran between the two had its page say go
    return Switched(engaged=True, scope=wanted, epoch=epoch + 1, changed=held is None)


async def release_kill(
    desk: Desk, *, now: datetime, scope: str = "all", reason: str = ""
) -> Switched:
    """Let it act again: in the journal first, so that no page says go that nobody released.

    Whoever engages it again meanwhile wins. Raises OrderRefused.
    """
    desk.require(Role.ADMINISTRATOR)
    wanted = _scope(scope)
    text = desk.sealed(reason)
    authority, revision = await desk.authority()
    seen = authority.kill.voided.get(wanted)
    alone = _may_release(desk, authority, wanted, now, reason)
    said = KillReleased(scope=wanted, reason=digest_of(text), single_person=alone)
    for _ in range(TRIES):
        try:
            await desk.say(AUTHORITY, said, text, revision)
        except StaleRevision:
            authority, revision = await desk.authority()
            if authority.kill.voided.get(wanted) != seen:
                raise EngagedAgain from None
        else:
            if wanted == str(EVERYTHING):
                desk.go()
            epoch = authority.kill_epoch
            return Switched(
                engaged=False, scope=wanted, epoch=epoch, changed=True, single_person=alone
            )
    raise KeepsMoving


def _may_release(desk: Desk, authority: Authority, scope: str, now: datetime, reason: str) -> bool:
    """Whether it is the only administrator who lets go of their own engagement."""
    held = authority.kill.of(scope)
    if held is None:
        if scope != str(EVERYTHING) or not desk.page.engaged():
            raise NotEngaged(scope)
        return False  # by hand, on the page: nobody knows by whom
    if str(desk.by) not in held.by:
        return False
    if not desk.who.alone(Role.ADMINISTRATOR):
        raise MustBeAnother
    if not reason:
        raise AloneNeedsReason
    if now < held.at + ALONE_WAITS:
        raise AloneMustWait
    return True


def _scope(text: str) -> str:
    try:
        return str(kill_scope(text))
    except UnknownScope:
        raise ScopeUnknown from None
