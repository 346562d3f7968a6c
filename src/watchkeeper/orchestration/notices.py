"""What people are told of the journal: which entries make a message, and what it says."""

from watchkeeper.domain.entry import Entry
from watchkeeper.domain.events.actions import ActionClosed, ActionOutcome, ApprovalRequested
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.events.incidents import IncidentEscalated
from watchkeeper.domain.events.installation import BecameFit, BecameUnfit
from watchkeeper.domain.fitness import Ailment
from watchkeeper.domain.notice import Notice, NoticeKind

_ACTED = frozenset({ActionOutcome.SUCCEEDED, ActionOutcome.FAILED, ActionOutcome.UNKNOWN})


def noticed(entry: Entry) -> Notice | None:
    """The message about an entry; most make none."""
    name = entry.stream.partition("/")[2]
    match entry.body:
        case IncidentEscalated(reason=reason):
            told = f"Incident {name} is handed to you: {reason.value}."
            return _about_incident(entry, NoticeKind.ESCALATED, name, told)
        case ApprovalRequested(expires_at=until):
            told = f"Action {name} waits for your approval until {until:%Y-%m-%d %H:%M} UTC."
            return _about_action(entry, NoticeKind.ASKS, name, told)
        case ActionClosed(outcome=outcome) if outcome in _ACTED:
            told = f"Action {name} was carried out: {outcome.value}."
            return _about_action(entry, NoticeKind.ACTED, name, told)
        case _:
            return _about_itself(entry)


def unfit_text(ailments: tuple[Ailment, ...]) -> str:
    """What is told when it stops acting."""
    named = ", ".join(each.value for each in ailments)
    return f"Watchkeeper has stopped acting and goes on watching: {named}."


def _about_itself(entry: Entry) -> Notice | None:
    match entry.body:
        case BecameUnfit(ailments=ailments):
            return _notice(entry, NoticeKind.UNFIT, unfit_text(ailments), see="watchkeeper doctor")
        case BecameFit():
            return _notice(entry, NoticeKind.FIT, "Watchkeeper is fit to act again.")
        case KillEngaged():
            told = f"The kill switch was engaged by {entry.actor}."
            return _notice(entry, NoticeKind.KILLED, told, see="watchkeeper kill status")
        case KillReleased():
            told = f"The kill switch was released by {entry.actor}."
            return _notice(entry, NoticeKind.RELEASED, told)
        case _:
            return None


def _about_incident(entry: Entry, kind: NoticeKind, name: str, told: str) -> Notice:
    return _notice(entry, kind, told, incident=name, see=f"watchkeeper incidents show {name}")


def _about_action(entry: Entry, kind: NoticeKind, name: str, told: str) -> Notice:
    see = f"watchkeeper approvals show {name}"
    return _notice(entry, kind, told, incident=name.rpartition("-")[0], see=see)


def _notice(
    entry: Entry, kind: NoticeKind, told: str, *, incident: str = "", see: str = ""
) -> Notice:
    return Notice(
        id=f"{entry.position}-{kind.value}",
        kind=kind,
        at=entry.at,
        text=told,
        incident=incident,
        see=see,
    )
