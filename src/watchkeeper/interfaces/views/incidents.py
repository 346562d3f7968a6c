"""Incidents from outside: in a list, and one of them with its whole timeline."""

import re

from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.blob import BlobAltered, opened
from watchkeeper.domain.entry import Entry, Unreadable
from watchkeeper.domain.events.actions import action_stream
from watchkeeper.domain.events.incidents import incident_stream
from watchkeeper.engine.intents import whole_stream
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.incidents.incident_fold import IncidentState, Taken
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import at, at_or_none, fields_of
from watchkeeper.ports.journal import Journal

MOST_TEXT = 20_000  # characters of one text that are shown

View = dict[str, object]
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NoSuchIncident(NotThere):
    """There is no such incident; `watchkeeper incidents list` shows them."""


async def incident_list(journal: Journal, limit: int = 1000) -> list[View]:
    """The newest incidents, newest first."""
    held = await journal.all_streams("incident", limit)
    return [await incident_view(journal, each.state) for each in held if each.readable]


async def incident_view(journal: Journal, state: IncidentState) -> View:
    """One incident in a line."""
    return {
        "id": state.id,
        "phase": state.phase.value,
        "severity": state.priority.value if state.priority else None,
        "type": state.incident_type or None,
        "title": title(state),
        "cause": _cause(state),
        "opened_at": at_or_none(state.opened_at),
        "closed_at": at_or_none(state.closed_at),
        "escalation": state.escalation.value if state.escalation else None,
        "resolution": state.resolution.value if state.resolution else None,
        "actions": [await _action(journal, taken) for taken in state.taken],
    }


async def incident_story(journal: Journal, identifier: str) -> View:
    """One incident with everything that was said about it. Raises NoSuchIncident."""
    held = await journal.held(incident_stream(identifier))
    if held is None or not held.readable:
        raise NoSuchIncident(identifier)
    state: IncidentState = held.state
    entries = list(await whole_stream(journal, held.stream))
    for taken in state.taken:
        entries += await whole_stream(journal, action_stream(taken.id))
    timeline = [timeline_entry(entry) for entry in sorted(entries, key=lambda e: e.position)]
    return {
        **await incident_view(journal, state),
        "timeline": timeline,
        "texts": await texts_of(journal, timeline),
        "post_mortem": await text_of(journal, state.post_mortem),
    }


def title(state: IncidentState) -> str:
    """What it is, on what, in a few words."""
    if state.source_lost:
        return f"source {state.source_lost} does not answer"
    parts = sorted({a.part for found in state.alerts.values() for a in found if a.part})
    where = f"{', '.join(parts[:3])} on {state.server}" if parts else state.server
    return f"{state.incident_type or 'something wrong'}: {where}"


def timeline_entry(entry: Entry) -> View:
    """An entry of the journal: where, when, what, who, and what it says."""
    if isinstance(entry.body, Unreadable):
        said: View = {"schema": entry.body.schema}
        kind = entry.body.kind
    else:
        said, kind = fields_of(entry.body), entry.body.kind
    return {
        **said,
        "position": entry.position,
        "at": at(entry.at),
        "kind": kind,
        "actor": str(entry.actor),
        "stream": entry.stream,
        "cause": entry.cause,
    }


async def texts_of(journal: Journal, timeline: list[View]) -> dict[str, str]:
    """The free texts that a timeline refers to, by digest."""
    digests = {str(value) for said in timeline for value in said.values() if _is_digest(value)}
    found = {digest: await text_of(journal, digest) for digest in sorted(digests)}
    return {digest: text for digest, text in found.items() if text is not None}


async def text_of(journal: Journal, digest: str) -> str | None:
    """A stored text; None when there is none (any more), and said so when it was altered."""
    blob = await journal.blob(digest) if digest else None
    if blob is None:
        return None
    try:
        return opened(blob)[:MOST_TEXT]
    except BlobAltered as altered:
        return f"[{altered}]"


def _cause(state: IncidentState) -> View | None:
    if state.diagnosis is None or not state.diagnosis.hypotheses:
        return None
    stated = state.confidence.stated if state.confidence else 0
    return {"item": state.diagnosis.hypotheses[0].cause, "confidence": as_ratio(stated)}


async def _action(journal: Journal, taken: Taken) -> View:
    held = await journal.held(action_stream(taken.id))
    state: ActionState | None = held.state if held and held.readable else None
    return {
        "id": taken.id,
        "runbook": taken.runbook,
        "step": taken.step,
        "target": taken.target,
        "phase": state.phase.value if state else "unknown",
        "outcome": taken.outcome.value if taken.outcome else None,
    }


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
