"""How what other systems say gets into the journal: each thing once, whatever is repeated."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.entry import Actor, ActorKind, Draft
from watchkeeper.domain.events.alerts import alert_stream
from watchkeeper.domain.events.sources import event_stream
from watchkeeper.interfaces.http.alertmanager import Report, said
from watchkeeper.interfaces.http.events import Telling, news
from watchkeeper.interfaces.http.problem import not_now
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Held, Journal

TRIES = 5  # of a request whose streams somebody else keeps writing to

T = TypeVar("T")
Made = tuple[list[Draft], list[Blob]]
Drafting = Callable[[str, Sequence[T]], Awaitable[Made]]


class Inbox(Protocol):
    """The small door between the HTTP surface and the journal."""

    async def held(self, stream: str) -> Held | None:
        """A stream's fold."""

    async def accept(self, source: str, drafts: Sequence[Draft], texts: Sequence[Blob]) -> None:
        """Write what a source says, all of it or nothing. Raises StaleRevision, JournalClosed."""


@dataclass(frozen=True, kw_only=True)
class JournalInbox:
    """Straight into the journal, in the name of the source that proved itself."""

    journal: Journal

    async def held(self, stream: str) -> Held | None:
        """A stream's fold."""
        return await self.journal.held(stream)

    async def accept(self, source: str, drafts: Sequence[Draft], texts: Sequence[Blob]) -> None:
        """Append it; durable when it returns."""
        await self.journal.append(Actor(kind=ActorKind.SOURCE, name=source), drafts, texts)


@dataclass(frozen=True, kw_only=True)
class Written:
    """How much of a batch was new."""

    accepted: int
    unchanged: int


class Clerk:
    """Looks at what is known, drafts what is new, and looks again when somebody was faster."""

    def __init__(self, inbox: Inbox, identifiers: Identifiers) -> None:
        self._inbox = inbox
        self._identifiers = identifiers

    async def reports(self, source: str, reports: Sequence[Report]) -> Written:
        """Alerts into their streams. Raises Refused (503), JournalClosed."""
        return await self._written(source, reports, self._alert_drafts)

    async def tellings(self, source: str, tellings: Sequence[Telling]) -> Written:
        """Events into the stream of their source. Raises Refused (503), JournalClosed."""
        return await self._written(source, tellings, self._event_drafts)

    async def _written(self, source: str, told: Sequence[T], draft: Drafting[T]) -> Written:
        for _ in range(TRIES):
            drafts, texts = await draft(source, told)
            try:
                if drafts:
                    await self._inbox.accept(source, drafts, texts)
            except StaleRevision:
                continue
            return Written(accepted=len(drafts), unchanged=len(told) - len(drafts))
        raise not_now()

    async def _alert_drafts(self, _: str, reports: Sequence[Report]) -> Made:
        made: Made = ([], [])
        for report in reports:
            stream = alert_stream(report.fingerprint)
            held = await self._inbox.held(stream)
            text = sealed(report.text, self._identifiers.salt())
            body = said(report, held.state if held else None, text.digest)
            if body is not None:
                made[0].append(
                    Draft(stream=stream, body=body, expected=held.revision if held else 0)
                )
                made[1].append(text)
        return made

    async def _event_drafts(self, source: str, tellings: Sequence[Telling]) -> Made:
        made: Made = ([], [])
        stream = event_stream(source)
        held = await self._inbox.held(stream)
        expected: int | None = held.revision if held else 0
        for telling in news(list(tellings), held.state if held else None):
            text = sealed(telling.text, self._identifiers.salt())
            body = telling.entry(source, text.digest)
            made[0].append(Draft(stream=stream, body=body, expected=expected))
            made[1].append(text)
            expected = None  # the first one fences the rest
        return made
