"""Change records and told events, as their entries add up; and what is known at the moment."""

from datetime import timedelta

from tests.unit.governance.scene import NOON, RESTART
from tests.unit.ledger import Ledger
from watchkeeper.domain.entry import Body, Draft
from watchkeeper.domain.estate import Estate, Server
from watchkeeper.domain.events.changes import (
    ChangeOutcome,
    ChangeRecordClosed,
    ChangeRecordOpened,
    change_stream,
)
from watchkeeper.domain.events.sources import EventReceived, SourceRecovered, event_stream
from watchkeeper.knowledge.change_fold import ChangeState
from watchkeeper.knowledge.event_fold import KEPT, EventState
from watchkeeper.knowledge.standing import Knowledge

CHANGE = change_stream("CHG-1")
EVENTS = event_stream("ci")
OPENED = ChangeRecordOpened(
    record="CHG-1",
    action="A1",
    incident="I1",
    runbook=RESTART.id,
    step="start",
    target="shop",
    risk="reversible",
    digest="d" * 64,
)


def told(number: int) -> EventReceived:
    return EventReceived(
        source="ci", id=f"D{number}", event="deployment", item="shop", happened_at=NOON
    )


def said(stream: str, *bodies: Body, minutes: float = 0, ledger: Ledger | None = None) -> Ledger:
    ledger = ledger or Ledger()
    drafts = [Draft(stream=stream, body=body) for body in bodies]
    ledger.tell(drafts, NOON + timedelta(minutes=minutes))
    return ledger


def test_a_change_is_open_until_its_outcome_is_known() -> None:
    ledger = said(CHANGE, OPENED)
    state: ChangeState = ledger.state(CHANGE)
    assert (state.record, state.action, state.incident, state.target) == (
        "CHG-1",
        "A1",
        "I1",
        "shop",
    )
    assert (state.runbook, state.step, state.risk, state.digest) == (
        RESTART.id,
        "start",
        "reversible",
        "d" * 64,
    )
    assert (state.open, state.opened_at, state.wake_at) == (True, NOON, None)
    said(CHANGE, ChangeRecordClosed(outcome=ChangeOutcome.UNSUCCESSFUL), minutes=5, ledger=ledger)
    state = ledger.state(CHANGE)
    assert (state.open, state.outcome) == (False, ChangeOutcome.UNSUCCESSFUL)
    assert state.closed_at == NOON + timedelta(minutes=5)


def test_other_words_change_nothing_of_a_change() -> None:
    ledger = said(CHANGE, OPENED)
    before = ledger.state(CHANGE)
    said(CHANGE, SourceRecovered(source="ci"), ledger=ledger)
    assert ledger.state(CHANGE) == before


def test_a_source_s_events_are_remembered_with_where_the_journal_has_them() -> None:
    state: EventState = said(EVENTS, told(1), told(2)).state(EVENTS)
    assert [(one.id, one.event, one.item, one.position) for one in state.recent] == [
        ("D1", "deployment", "shop", 1),
        ("D2", "deployment", "shop", 2),
    ]
    assert state.knows("D1") and not state.knows("D3")
    assert (state.open, state.wake_at) == (True, None)


def test_of_many_events_the_newest_are_remembered() -> None:
    state: EventState = said(EVENTS, *(told(n) for n in range(KEPT + 1))).state(EVENTS)
    assert (len(state.recent), state.recent[-1].id) == (KEPT, f"D{KEPT}")
    assert not state.knows("D0") and state.knows("D1")


def test_other_words_change_nothing_of_what_was_told() -> None:
    ledger = said(EVENTS, told(1), SourceRecovered(source="ci"))
    assert len(ledger.state(EVENTS).recent) == 1


def test_what_is_known_is_replaced_whole() -> None:
    knowledge = Knowledge()
    assert (knowledge.estate().servers, knowledge.runbooks()) == ({}, {})
    before = knowledge.estate()
    knowledge.learn(Estate(servers=(Server(name="web-1"),)), (RESTART,))
    assert (set(knowledge.estate().servers), knowledge.runbooks()) == (
        {"web-1"},
        {RESTART.id: RESTART},
    )
    assert before.servers == {}
    knowledge.learn(Estate(), ())
    assert (knowledge.estate().servers, knowledge.runbooks()) == ({}, {})
