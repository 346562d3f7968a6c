"""What a person can order. The daemon and the command line give the same orders, over one journal.

Every order is refused by a named error whose docstring is the message, or it is in the journal
when it returns.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.action import Action
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Actor, Body, Draft
from watchkeeper.domain.estate import UNCLASSIFIED
from watchkeeper.domain.events.actions import ApprovalDenied, ApprovalGranted, action_stream
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
)
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Held, Journal
from watchkeeper.ports.kill_page import KillPage

EVERYTHING = "all"  # the only scope there is
LONGEST_REASON = 2000  # characters
TRIES = 5  # of an order that somebody else's entry keeps overtaking

_ACTING = (AutonomyLevel.ACT_AND_NOTIFY, AutonomyLevel.ACT)


class OrderRefused(Exception):
    """The order cannot be given."""

    def __init__(self, about: str = "") -> None:
        said = " ".join((type(self).__doc__ or "").split())
        super().__init__(f"{about}: {said}" if about else said)


class UnknownRunbook(OrderRefused):
    """No runbook of the library has this name; `watchkeeper runbooks list` shows them."""


class UnclassifiedNeverActs(OrderRefused):
    """A server without a class is never acted on alone; give it a class in estate.yaml first."""


class UnknownAction(OrderRefused):
    """There is no such action; `watchkeeper approvals list` shows what waits for a person."""


class NothingToApprove(OrderRefused):
    """The action is not waiting for a person: answered, expired, taken back, or never asked."""


class ApprovalLapsed(OrderRefused):
    """The time to answer is over; the action expires by itself."""


class DigestChanged(OrderRefused):
    """What would run is not what was shown; look at it again: `watchkeeper approvals show ID`."""


class NotEngaged(OrderRefused):
    """The kill switch is not engaged: there is nothing to release."""


class EngagedAgain(OrderRefused):
    """Somebody engaged the kill switch again meanwhile; it stays engaged."""


class ReasonTooLong(OrderRefused):
    """A reason has at most 2000 characters."""


class KeepsMoving(OrderRefused):
    """Somebody else keeps writing about the same thing; look again and repeat the order."""


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


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A person's answer to an action that asked."""

    action: str
    incident: str
    runbook: str
    step: str
    target: str
    digest: str
    answer: str  # "approved" or "denied"


@dataclass(frozen=True, kw_only=True)
class Switched:
    """Where the kill switch stands now. ``changed`` False: it stood there already."""

    engaged: bool
    scope: str
    epoch: int
    changed: bool


class Desk:
    """Where one person's orders are written down."""

    def __init__(
        self, *, by: Actor, journal: Journal, page: KillPage, identifiers: Identifiers
    ) -> None:
        self.by = by
        self.journal = journal
        self.page = page
        self.identifiers = identifiers

    async def say(self, stream: str, body: Body, reason: Blob | None, expected: int | None) -> None:
        """Append one entry, with its free text. Raises StaleRevision."""
        draft = Draft(stream=stream, body=body, expected=expected)
        await self.journal.append(self.by, (draft,), (reason,) if reason else ())

    def stop(self) -> None:
        """Let the kill page say stop."""
        self.page.engage()

    def go(self) -> None:
        """Let the kill page say go."""
        self.page.release()


class Rehearsal(Desk):
    """A desk at which everything is looked up and checked, and nothing is written."""

    async def say(self, stream: str, body: Body, reason: Blob | None, expected: int | None) -> None:
        """Leave the journal as it is."""

    def stop(self) -> None:
        """Leave the page as it is."""

    def go(self) -> None:
        """Leave the page as it is."""


async def grant(
    desk: Desk, library: Container[str], wanted: Wanted, *, reason: str = ""
) -> Granted:
    """Let a runbook of the library go that far by itself on a class. Raises OrderRefused."""
    if wanted.runbook not in library:
        raise UnknownRunbook(wanted.runbook)
    if wanted.server_class == UNCLASSIFIED and wanted.level in _ACTING:
        raise UnclassifiedNeverActs
    authority, _ = await _authority(desk)
    text = _sealed(desk, reason)
    granted = LevelGranted(
        runbook=wanted.runbook,
        server_class=wanted.server_class,
        level=wanted.level,
        reason=_digest(text),
    )
    await desk.say(AUTHORITY, granted, text, None)
    before = authority.level(wanted.runbook, wanted.server_class)
    return Granted(wanted=wanted, before=before, unproven=wanted.level in _ACTING)


async def approve(desk: Desk, *, action: str, digest: str, now: datetime) -> Answered:
    """Say yes to exactly what was shown: ``digest`` names it. Raises OrderRefused."""
    return await _answer(desk, action, now, _Yes(digest=digest))


async def deny(desk: Desk, *, action: str, reason: str, now: datetime) -> Answered:
    """Say no, with a reason. Raises OrderRefused."""
    return await _answer(desk, action, now, _No(text=_sealed(desk, reason)))


async def engage_kill(desk: Desk, *, reason: str = "") -> Switched:
    """Stop everything: on the page first, so that it holds though the journal cannot be written."""
    text = _sealed(desk, reason)
    desk.stop()
    authority, _ = await _authority(desk)
    epoch = authority.kill_epoch
    if authority.killed:
        return Switched(engaged=True, scope=EVERYTHING, epoch=epoch, changed=False)
    await desk.say(AUTHORITY, KillEngaged(scope=EVERYTHING, reason=_digest(text)), text, None)
    desk.stop()  # once more: a release that ran between the two had its page say go
    return Switched(engaged=True, scope=EVERYTHING, epoch=epoch + 1, changed=True)


async def release_kill(desk: Desk, *, reason: str = "") -> Switched:
    """Let it act again: in the journal first, so that no page says go that nobody released.

    Whoever engages it again meanwhile wins. Raises NotEngaged, EngagedAgain.
    """
    text = _sealed(desk, reason)
    authority, revision = await _authority(desk)
    epoch = authority.kill_epoch
    if not authority.killed and not desk.page.engaged():
        raise NotEngaged
    said = KillReleased(scope=EVERYTHING, reason=_digest(text))
    for _ in range(TRIES):
        try:
            await desk.say(AUTHORITY, said, text, revision)
        except StaleRevision:
            authority, revision = await _authority(desk)
            if authority.kill_epoch != epoch:
                raise EngagedAgain from None
        else:
            desk.go()
            return Switched(engaged=False, scope=EVERYTHING, epoch=epoch, changed=True)
    raise KeepsMoving


@dataclass(frozen=True, kw_only=True)
class _Yes:
    digest: str


@dataclass(frozen=True, kw_only=True)
class _No:
    text: Blob | None


async def _answer(desk: Desk, name: str, now: datetime, answer: _Yes | _No) -> Answered:
    """Append the answer at the revision that was looked at; look again when it has moved."""
    for _ in range(TRIES):
        held, action = await _waiting(desk, name, now)
        try:
            await _say_answer(desk, held, action, answer)
        except StaleRevision:
            continue
        return _answered(action, "approved" if isinstance(answer, _Yes) else "denied")
    raise KeepsMoving(name)


async def _waiting(desk: Desk, name: str, now: datetime) -> tuple[Held, Action]:
    held = await desk.journal.held(action_stream(name))
    if held is None or held.state.action is None:
        raise UnknownAction(name)
    state: ActionState = held.state
    if not state.asks or state.action is None:
        taken_back = state.phase is ActionPhase.AWAITING_APPROVAL
        raise NothingToApprove(f"{name} is {'withdrawn' if taken_back else state.phase}")
    if state.expires_at is not None and now >= state.expires_at:
        raise ApprovalLapsed(name)
    return held, state.action


async def _say_answer(desk: Desk, held: Held, action: Action, answer: _Yes | _No) -> None:
    match answer:
        case _Yes(digest=digest):
            if digest != action.digest:
                raise DigestChanged(action.id)
            await desk.say(held.stream, ApprovalGranted(digest=digest), None, held.revision)
        case _No(text=text):
            denied = ApprovalDenied(reason=_digest(text))
            await desk.say(held.stream, denied, text, held.revision)


def _answered(action: Action, answer: str) -> Answered:
    return Answered(
        action=action.id,
        incident=action.incident,
        runbook=action.runbook,
        step=action.step,
        target=action.target,
        digest=action.digest,
        answer=answer,
    )


async def _authority(desk: Desk) -> tuple[Authority, int]:
    """What may be done now, and the revision at which that was so."""
    held = await desk.journal.held(AUTHORITY)
    if held is None:
        return Authority(), 0
    state: Authority = held.state
    return state, held.revision


def _sealed(desk: Desk, reason: str) -> Blob | None:
    """The reason as a text beside the journal; None when none was given."""
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    return sealed(reason, desk.identifiers.salt()) if reason else None


def _digest(text: Blob | None) -> str:
    return text.digest if text else ""
