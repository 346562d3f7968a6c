"""Generic events: a deployment, a change or a note that somebody tells us. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from watchkeeper.domain.events.sources import EventReceived
from watchkeeper.interfaces.http.alertmanager import FUTURE, Labels, Register, faults_at
from watchkeeper.interfaces.http.problem import Fault
from watchkeeper.interfaces.http.proof import Voice
from watchkeeper.knowledge.event_fold import EventState

MOST_EVENTS = 100  # in one request
PAST = timedelta(days=30)  # older news is history, not an event


class Event(BaseModel):
    """What happened to an item of the estate, in the sender's words."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$")]
    event: Literal["deployment", "change", "note"]
    item: Annotated[str, Field(max_length=256)]
    happened_at: AwareDatetime
    text: Annotated[str, Field(max_length=16_384)] = ""
    labels: Labels = {}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """An event that may be told: what goes into the journal, and the free text beside it."""

    event: Event
    item: str
    happened_at: datetime
    text: str

    def entry(self, source: str, details: str) -> EventReceived:
        """The entry; ``details`` is the digest of the blob that holds the text."""
        return EventReceived(
            source=source,
            id=self.event.id,
            event=self.event.event,
            item=self.item,
            happened_at=self.happened_at,
            details=details,
        )


def events_of(body: object) -> tuple[dict[int, Event], list[Fault]]:
    """The events of a body (one, or a list) by their place; what is wrong; the good are kept."""
    listed = body if isinstance(body, list) else [body]
    faults: list[Fault] = []
    if len(listed) > MOST_EVENTS:
        rest = f"holds {len(listed)} events; only the first {MOST_EVENTS} were looked at"
        faults.append(Fault(pointer="", detail=rest))
    good: dict[int, Event] = {}
    for index, each in enumerate(listed[:MOST_EVENTS]):
        try:
            good[index] = Event.model_validate(each)
        except ValidationError as error:
            faults += faults_at(f"/{index}" if isinstance(body, list) else "", error)
    return good, faults


def telling(event: Event, voice: Voice, register: Register, now: datetime) -> Telling | Fault:
    """The event as it may be told; or what is wrong with it, its pointer relative to the event."""
    estate = register.estate
    if not estate.knows(event.item):
        detail = f"{event.item[:200]!r} is no item of the estate; add it there"
        return Fault(pointer="/item", detail=detail)
    server = estate.servers[estate.server_of(event.item)]
    if not voice.speaks_for(server):
        return Fault(pointer="/item", detail=f"{voice.name} may not speak for {server.name}")
    happened_at = _timely(event.happened_at, now)
    if happened_at is None:
        detail = f"must lie within the last {PAST.days} days"
        return Fault(pointer="/happened_at", detail=detail)
    text = json.dumps({"text": event.text, "labels": event.labels}, indent=1, ensure_ascii=False)
    return Telling(event=event, item=event.item, happened_at=happened_at, text=text)


def news(tellings: list[Telling], state: EventState | None) -> Iterator[Telling]:
    """Those that were not told before: the sender's id makes a repetition one event."""
    seen: set[str] = set()
    for each in tellings:
        if each.event.id not in seen and not (state and state.knows(each.event.id)):
            seen.add(each.event.id)
            yield each


def _timely(at: datetime, now: datetime) -> datetime | None:
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        return None
    return min(instant, now) if now - PAST < instant <= now + FUTURE else None
