from dataclasses import replace

from tests.unit.governance.scene import ALICE, CONTEXT, Book, an_action, seen_by
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.kill_switch import kill_switch


def test_it_permits_while_nobody_said_stop() -> None:
    assert kill_switch(an_action(), CONTEXT).ruling is Ruling.PERMITTED


def test_the_journal_says_stop_and_by_whom() -> None:
    book = Book()
    book.say(KillEngaged(scope="all"), by=ALICE)
    verdict = kill_switch(an_action(), seen_by(book))
    assert verdict.ruling is Ruling.REFUSED
    assert ("by", "person:alice") in verdict.saw
    assert ("epoch", "1") in verdict.saw


def test_a_release_lets_it_go_on() -> None:
    book = Book()
    book.say(KillEngaged(scope="all"), KillReleased(scope="all"), by=ALICE)
    assert kill_switch(an_action(), seen_by(book)).ruling is Ruling.PERMITTED


def test_the_page_alone_says_stop_though_the_journal_knows_nothing() -> None:
    verdict = kill_switch(an_action(), replace(CONTEXT, page_engaged=True))
    assert verdict.ruling is Ruling.REFUSED
    assert "page" in verdict.reason
