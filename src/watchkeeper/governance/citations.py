"""What a cited entry says, whether it speaks for the action, and what has to be asked (again)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Entry
from watchkeeper.domain.events.actions import ChecksAnswered, action_stream
from watchkeeper.domain.events.incidents import CheckAnswered, incident_stream
from watchkeeper.domain.runbook import CheckName, CheckOutcome, Precondition, Runbook
from watchkeeper.governance.limits import PRECONDITION_FRESH


@dataclass(frozen=True, kw_only=True)
class Citation:
    """An answer that stands in the journal, as it was found there."""

    check: CheckName
    stream: str
    item: str
    outcome: CheckOutcome
    at: datetime
    position: int
    part: str = ""

    def about(self, action: Action) -> bool:
        """Whether it was asked for this very action or its incident, and about its target."""
        streams = (action_stream(action.id), incident_stream(action.incident))
        return self.stream in streams and self.item == action.target


def citation_of(entry: Entry, name: str) -> Citation | None:
    """What an entry says of the check with that name; None when it says nothing of it."""
    match entry.body:
        case CheckAnswered() as said if said.check == name:
            return _citation(entry, said.check, said.item, said.part, said.outcome)
        case ChecksAnswered(found=found):
            for each in found:
                asked = each.asked
                if asked.check == name:
                    return _citation(entry, asked.check, asked.item, asked.part, each.outcome)
    return None


def cited(citations: Iterable[Citation], action: Action, check: CheckName) -> Citation | None:
    """The newest answer to a check that speaks about this action."""
    found = (each for each in citations if each.check is check and each.about(action))
    return max(found, key=lambda each: each.position, default=None)


def fresh_for(wanted: Precondition, action: Action, runbook: Runbook) -> timedelta | None:
    """How old the answer may be; None: as old as it is, as the steps before it have acted since."""
    if wanted.fresh_seconds is not None:
        return timedelta(seconds=wanted.fresh_seconds)
    first = next((step.id for step in runbook.steps if step.template is not None), "")
    return PRECONDITION_FRESH if action.step == first else None


def stale(citation: Citation, fresh: timedelta | None, now: datetime) -> bool:
    """Whether an answer is too old to act on; one from the future proves nothing either."""
    return fresh is not None and not timedelta(0) <= now - citation.at <= fresh


def _citation(
    entry: Entry, check: CheckName, item: str, part: str, outcome: CheckOutcome
) -> Citation:
    return Citation(
        check=check,
        stream=entry.stream,
        item=item,
        part=part,
        outcome=outcome,
        at=entry.at,
        position=entry.position,
    )
