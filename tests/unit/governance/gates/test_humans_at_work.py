from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.governance.scene import ALICE, CONTEXT, NOON, Book, an_action, an_answer, seen_by
from watchkeeper.domain.events.holds import HoldLifted, HoldPlaced
from watchkeeper.domain.runbook import CheckName, CheckOutcome
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.context import ToldChange
from watchkeeper.governance.gates.humans_at_work import humans_at_work
from watchkeeper.governance.limits import HUMAN_CHANGE_WITHIN, PRESENCE_FRESH

NOBODY = CheckName.NOBODY_AT_WORK
SECOND = timedelta(seconds=1)
HOLD = HoldPlaced(server="web-2", until=NOON + timedelta(hours=2))


def with_hold(server: str = "web-2") -> Book:
    book = Book()
    book.say(replace(HOLD, server=server), by=ALICE)
    return book


def judged_at(book: Book, now: object) -> Verdict:
    answer = an_answer(NOBODY, at=now)  # type: ignore[arg-type]
    return humans_at_work(an_action(), seen_by(book, citations=(answer,)))


def test_nobody_is_at_work() -> None:
    assert humans_at_work(an_action(), CONTEXT).ruling is Ruling.PERMITTED


def test_a_held_server_asks_until_the_hold_is_over_by_itself() -> None:
    book = with_hold()
    verdict = judged_at(book, book.now)
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "the server is held by a person"
    assert ("by", "person:alice") in verdict.saw
    book.now = HOLD.until - SECOND
    assert judged_at(book, book.now).ruling is Ruling.NEEDS_PERSON
    book.now = HOLD.until
    assert judged_at(book, book.now).ruling is Ruling.PERMITTED


def test_a_hold_of_another_server_or_one_that_was_lifted_asks_nobody() -> None:
    book = with_hold("web-3")
    assert judged_at(book, book.now).ruling is Ruling.PERMITTED
    book = with_hold()
    book.say(HoldLifted(server="web-2"), by=ALICE)
    assert judged_at(book, book.now).ruling is Ruling.PERMITTED


@pytest.mark.parametrize("item", ["docs", "web-2"])
def test_a_change_that_names_the_target_or_its_server_asks(item: str) -> None:
    change = ToldChange(source="itsm", item=item, happened_at=NOON)
    context = replace(CONTEXT, told_changes=(change,))
    verdict = humans_at_work(an_action(), context)
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.saw == (("item", item), ("source", "itsm"))


def test_a_change_elsewhere_or_long_ago_asks_nobody() -> None:
    elsewhere = ToldChange(source="itsm", item="web-3", happened_at=NOON)
    old = ToldChange(source="itsm", item="docs", happened_at=NOON - HUMAN_CHANGE_WITHIN)
    context = replace(CONTEXT, told_changes=(elsewhere, old))
    assert humans_at_work(an_action(), context).ruling is Ruling.PERMITTED
    young = replace(old, happened_at=old.happened_at + SECOND)
    context = replace(CONTEXT, told_changes=(elsewhere, young))
    assert humans_at_work(an_action(), context).ruling is Ruling.NEEDS_PERSON


@pytest.mark.parametrize("outcome", [CheckOutcome.FAILED, CheckOutcome.UNKNOWN])
def test_somebody_seen_and_nobody_able_to_look_both_ask(outcome: CheckOutcome) -> None:
    context = replace(CONTEXT, citations=(an_answer(NOBODY, outcome),))
    verdict = humans_at_work(an_action(), context)
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.saw == (("answer", outcome), ("entry", "7"))


def test_without_a_look_or_with_an_old_one_a_person_is_asked() -> None:
    assert humans_at_work(an_action(), replace(CONTEXT, citations=())).ruling is Ruling.NEEDS_PERSON
    edge = replace(CONTEXT, now=NOON + PRESENCE_FRESH)
    assert humans_at_work(an_action(), edge).ruling is Ruling.PERMITTED
    after = replace(CONTEXT, now=NOON + PRESENCE_FRESH + SECOND)
    assert humans_at_work(an_action(), after).ruling is Ruling.NEEDS_PERSON
