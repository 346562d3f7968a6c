"""Messages to people: each until somebody has taken it, and none twice."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.speakers import fitting
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Body, Entry
from watchkeeper.domain.events.actions import ActionClosed, ActionOutcome, ApprovalRequested
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.events.incidents import (
    Escalation,
    IncidentClosed,
    IncidentEscalated,
    Resolution,
)
from watchkeeper.domain.events.installation import BecameFit, BecameUnfit
from watchkeeper.domain.events.notices import NoticeAbandoned, NoticeDelayed, NoticeSent
from watchkeeper.domain.fitness import Ailment
from watchkeeper.domain.notice import Notice, NoticeKind
from watchkeeper.domain.record import entry_of
from watchkeeper.engine.consume import Following
from watchkeeper.orchestration.notices import noticed
from watchkeeper.orchestration.paging import MOST_REFUSALS, Paging
from watchkeeper.ports.errors import JournalFailed, SourceUnavailable

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def entry(body: Body, stream: str = "incident/I1", at: datetime = NOON) -> Entry:
    return Entry(
        position=7,
        stream=stream,
        revision=3,
        at=at,
        actor=fitting(body),
        cause=None,
        body=body,
    )


ESCALATED = entry(IncidentEscalated(reason=Escalation.NO_CAUSE))


@dataclass
class Pager:
    """Refuses as often as a story wants, then takes everything."""

    refusals: list[str] = field(default_factory=list)
    taken: list[Notice] = field(default_factory=list)
    tried: int = 0

    async def notify(self, notice: Notice) -> None:
        self.tried += 1
        if self.refusals:
            raise SourceUnavailable("notifications", self.refusals.pop(0), "no")
        self.taken.append(notice)

    async def check(self) -> None:
        """Always there."""


class Room:
    def __init__(self, *refusals: str) -> None:
        self.clock = ManualClock(NOON)
        self.disk = Disk()
        self.pager = Pager(refusals=list(refusals))
        self.journal = MemoryJournal(self.disk, (), self.clock)
        self.paging = Paging(notifier=self.pager, journal=self.journal, clock=self.clock)

    async def handled(self, one: Entry, minutes: float = 60) -> Following:
        handling = asyncio.ensure_future(self.paging(one))
        await self.clock.run_until(self.clock.now() + timedelta(minutes=minutes))
        return await handling

    def journalled(self) -> list[object]:
        return [entry_of(record).body for record in self.disk.records]


@pytest.mark.parametrize(
    ("body", "stream", "kind", "incident"),
    [
        (IncidentEscalated(reason=Escalation.REFUSED), "incident/I1", NoticeKind.ESCALATED, "I1"),
        (
            ApprovalRequested(digest="d", expires_at=NOON),
            "action/I1-01",
            NoticeKind.ASKS,
            "I1",
        ),
        (ActionClosed(outcome=ActionOutcome.SUCCEEDED), "action/I1-01", NoticeKind.ACTED, "I1"),
        (BecameUnfit(ailments=(Ailment.DISK,)), "installation", NoticeKind.UNFIT, ""),
        (BecameFit(), "installation", NoticeKind.FIT, ""),
        (KillEngaged(scope="everything"), "authority", NoticeKind.KILLED, ""),
        (KillReleased(scope="everything"), "authority", NoticeKind.RELEASED, ""),
    ],
)
def test_what_a_person_has_to_know(
    body: Body, stream: str, kind: NoticeKind, incident: str
) -> None:
    notice = noticed(entry(body, stream))
    assert notice is not None
    assert (notice.kind, notice.incident, notice.id) == (kind, incident, f"7-{kind.value}")


def test_what_nobody_has_to_be_paged_for() -> None:
    assert noticed(entry(IncidentClosed(resolution=Resolution.FIXED))) is None
    denied = ActionClosed(outcome=ActionOutcome.DENIED)
    assert noticed(entry(denied, "action/I1-01")) is None, "a person said so"


def test_a_message_says_what_and_where_to_look() -> None:
    notice = noticed(ESCALATED)
    assert notice is not None
    assert notice.text == "Incident I1 is handed to you: no_cause_found."
    assert notice.see == "watchkeeper incidents show I1"


async def test_a_message_that_is_taken_is_journalled_with_the_cursor() -> None:
    room = Room()
    following = await room.handled(ESCALATED)
    assert [draft.body for draft in following.drafts] == [NoticeSent(notice="7-escalated", tries=1)]
    assert room.journalled() == []


async def test_one_that_is_not_taken_is_tried_again_and_the_delay_journalled_once() -> None:
    room = Room("refused", "timeout", "denied")
    following = await room.handled(ESCALATED)
    assert room.journalled() == [NoticeDelayed(notice="7-escalated", word="refused")]
    assert [draft.body for draft in following.drafts] == [NoticeSent(notice="7-escalated", tries=4)]
    assert len(room.pager.taken) == 1
    assert room.paging.failing_since is None


async def test_it_waits_longer_each_time_but_never_more_than_a_minute() -> None:
    room = Room(*["refused"] * 1000)
    handling = asyncio.ensure_future(room.paging(ESCALATED))
    await room.clock.run_until(NOON + timedelta(minutes=11))
    assert room.paging.failing_since == NOON
    assert room.pager.tried == 7 + 9  # at 0, 1, 3, 7, 15, 31 and 63 s, then one a minute
    handling.cancel()


async def test_a_message_that_the_receiver_will_not_have_holds_up_no_other() -> None:
    room = Room(*["malformed"] * 1000)
    following = await room.handled(ESCALATED)
    assert room.pager.tried == MOST_REFUSALS
    assert [draft.body for draft in following.drafts] == [
        NoticeAbandoned(notice="7-escalated", word="malformed")
    ]
    assert room.paging.failing_since is None


async def test_a_journal_that_failed_after_the_delivery_pages_nobody_twice() -> None:
    room = Room()
    first = await room.handled(ESCALATED)
    assert await room.handled(ESCALATED) == first
    assert len(room.pager.taken) == 1


async def test_a_journal_that_fails_does_not_hold_up_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = Room("refused")

    async def full(*_: object) -> None:
        raise JournalFailed("disk full")

    monkeypatch.setattr(room.journal, "append", full)
    await room.handled(ESCALATED)
    assert len(room.pager.taken) == 1


async def test_old_news_are_no_page() -> None:
    room = Room()
    old = entry(ESCALATED.body, at=NOON - timedelta(hours=24, seconds=1))  # type: ignore[arg-type]
    assert await room.handled(old) == Following()
    assert room.pager.tried == 0
