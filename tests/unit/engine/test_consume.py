"""Following the journal: every entry in order, each once in effect, whatever fails or crashes."""

import pytest

from tests.speakers import told
from tests.unit.engine.conftest import Log
from tests.unit.engine.works import AUTHORITY, Works, an_action, at
from watchkeeper.adapters.memory.journal import MemoryJournal
from watchkeeper.domain.blob import opened, sealed
from watchkeeper.domain.entry import Draft, Entry
from watchkeeper.domain.events.actions import ActionProposed, ApprovalWithdrawn, action_stream
from watchkeeper.domain.events.changes import ChangeRecordOpened, change_stream
from watchkeeper.engine.consume import PAGE, Consumer, Following, Handle
from watchkeeper.engine.supervise import Crew
from watchkeeper.ports.errors import JournalFailed

NAME = "clerk"


def record_of(entry: Entry) -> Draft:
    """The change record that a clerk opens for a proposed action; a second one is refused."""
    assert isinstance(entry.body, ActionProposed)
    action = entry.body.action
    opened_record = ChangeRecordOpened(
        record=f"CHG-{action.id}",
        action=action.id,
        incident=action.incident,
        runbook=action.runbook,
        step=action.step,
        target=action.target,
        risk=action.verb.value,
        digest=action.digest,
    )
    return Draft(stream=change_stream(opened_record.record), body=opened_record, expected=0)


class Clerk:
    """Follows the journal of the works: a change record for every action that is proposed."""

    def __init__(self, works: Works, journal: MemoryJournal | None = None) -> None:
        self.works = works
        self.crew = Crew()
        self.handled: list[int] = []
        self.journal = journal or works.handle()

    async def __call__(self, entry: Entry) -> Following:
        self.handled.append(entry.position)
        proposed = isinstance(entry.body, ActionProposed)
        return Following(drafts=(record_of(entry),) if proposed else ())

    def start(self, handle: Handle | None = None) -> None:
        consumer = Consumer(
            name=NAME,
            actor=AUTHORITY,
            journal=self.journal,
            handle=handle or self,
            crew=self.crew,
        )
        self.crew.keep(NAME, consumer.run)


def records(works: Works) -> list[str]:
    """The change records that were opened, in order."""
    bodies = [entry.body for entry in works.entries()]
    return [body.record for body in bodies if isinstance(body, ChangeRecordOpened)]


async def cursor(works: Works) -> int:
    return await works.journal.cursor(NAME)


def test_every_entry_is_followed_in_order_and_what_follows_is_written() -> None:
    works = Works()

    async def story() -> None:
        clerk = Clerk(works)
        clerk.start()
        await works.propose("A1", "A2")
        await works.pass_(seconds=5)
        await works.propose("A3")
        await works.pass_(seconds=5)
        await clerk.crew.stop()
        assert clerk.handled == sorted(clerk.handled)
        assert await cursor(works) == len(works.entries())

    works.play(story())
    assert records(works) == ["CHG-A1", "CHG-A2", "CHG-A3"]


def test_the_cursor_moves_with_what_follows_so_a_restart_begins_right_behind_it() -> None:
    works = Works()

    async def story() -> None:
        await works.propose("A1", "A2", "A3")

        async def crash() -> None:
            clerk.journal.fence()

        clerk = Clerk(works, works.handle(before=at("append", crash, time=3)))
        clerk.start()
        await works.pass_(seconds=5)
        assert (records(works), await cursor(works)) == (["CHG-A1", "CHG-A2"], 2)
        later = Clerk(works)
        later.start()
        await works.pass_(seconds=5)
        await later.crew.stop()
        assert later.handled[0] == 3

    works.play(story())
    assert records(works) == ["CHG-A1", "CHG-A2", "CHG-A3"]


@pytest.mark.parametrize("seed", range(20))
def test_two_that_follow_under_one_name_share_the_work_and_double_nothing(seed: int) -> None:
    works = Works(seed)
    names = [f"A{number}" for number in range(1, 9)]

    async def story() -> None:
        clerks = [Clerk(works), Clerk(works)]
        for clerk in clerks:
            clerk.start()
        for name in names:
            await works.propose(name)
            await works.pass_(seconds=0.2)
        await works.pass_(seconds=10)
        for clerk in clerks:
            await clerk.crew.stop()
            assert clerk.crew.failures == {}

    works.play(story())
    assert records(works) == [f"CHG-{name}" for name in names]


def test_what_was_decided_on_old_news_is_handled_again() -> None:
    """Another consumer opens the same record first: this one looks again, and lets it be."""
    works = Works()

    async def story() -> None:
        await works.propose("A1")
        (proposed,) = works.entries()

        async def another_is_faster() -> None:
            await told(works.journal, (record_of(proposed),))

        clerk = Clerk(works, works.handle(before=at("append", another_is_faster)))

        async def careful(entry: Entry) -> Following:
            there = await clerk.journal.held(change_stream("CHG-A1"))
            return Following() if there else await clerk(entry)

        clerk.start(careful)
        await works.pass_(seconds=5)
        await clerk.crew.stop()
        assert await cursor(works) == 2

    works.play(story())
    assert records(works) == ["CHG-A1"]


def test_an_entry_that_cannot_be_handled_is_tried_three_times_and_stops_only_itself(
    log: Log,
) -> None:
    works = Works()
    tries: list[int] = []

    async def story() -> None:
        clerk = Clerk(works)

        async def stumbling(entry: Entry) -> Following:
            if entry.position == 2:
                tries.append(entry.position)
                raise KeyError("nobody thought of this")
            return await clerk(entry)

        await works.propose("A1", "A2", "A3")
        clerk.start(stumbling)
        await works.pass_(seconds=10)
        await clerk.crew.stop()

    works.play(story())
    assert tries == [2, 2, 2]
    assert records(works) == ["CHG-A1", "CHG-A3"]
    passed = [told for told in log if told["event"] == "entry_passed"]
    assert [(told["consumer"], told["position"]) for told in passed] == [(NAME, 2)]


def test_a_store_that_fails_for_minutes_is_no_entry_s_fault_and_nothing_is_passed(
    log: Log,
) -> None:
    """An alert that comes while the disk is full is still told to its incident afterwards."""
    works = Works()

    async def story() -> None:
        clerk = Clerk(works)

        async def on_a_full_disk(entry: Entry) -> Following:
            if works.loop.time() < 300:
                raise JournalFailed("the disk is full")
            return await clerk(entry)

        clerk.start(on_a_full_disk)
        await works.propose("A1")
        await works.pass_(seconds=300)
        assert (records(works), await cursor(works)) == ([], 0)
        await works.pass_(seconds=120)
        await clerk.crew.stop()

    works.play(story())
    assert records(works) == ["CHG-A1"]
    assert "entry_passed" not in {told["event"] for told in log}


def test_entries_from_which_nothing_follows_are_seen_once_a_page() -> None:
    works = Works()
    appends: list[str] = []

    async def count(call: str) -> None:
        appends.extend([call] if call == "append" else [])

    async def story() -> None:
        await works.say("A1", ActionProposed(action=an_action()))
        await works.say("A1", *[ApprovalWithdrawn()] * (2 * PAGE))
        clerk = Clerk(works, works.handle(before=count))

        async def uninterested(_: Entry) -> Following:
            return Following()

        clerk.start(uninterested)
        await works.pass_(seconds=5)
        await clerk.crew.stop()
        assert await cursor(works) == 2 * PAGE + 1

    works.play(story())
    assert len(appends) == 3


def test_the_free_text_of_what_follows_is_stored_with_it() -> None:
    works = Works()
    text = sealed("why it was opened", b"0" * 16)

    async def story() -> None:
        clerk = Clerk(works)

        async def with_text(entry: Entry) -> Following:
            return Following(drafts=(await clerk(entry)).drafts, blobs=(text,))

        clerk.start(with_text)
        await works.propose("A1")
        await works.pass_(seconds=5)
        await clerk.crew.stop()

    works.play(story())
    assert opened(works.disk.blobs[text.digest]) == "why it was opened"
    assert action_stream("A1") in works.disk.folded
