from dataclasses import replace

from tests.unit.governance.scene import ESTATE, Book, an_action, seen_by
from watchkeeper.domain.estate import Server
from watchkeeper.domain.events.authority import WarrantOutcome, WarrantSettled
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.blast_radius import blast_radius
from watchkeeper.knowledge.estate import EstateGraph


def test_one_action_at_a_time_touches_a_target() -> None:
    book = Book()
    warrant = book.mint("docs")
    verdict = blast_radius(an_action("docs", 99), seen_by(book))
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.saw == (("target", "docs"),)
    book.say(WarrantSettled(warrant=warrant.id, outcome=WarrantOutcome.SUCCEEDED))
    assert blast_radius(an_action("docs", 99), seen_by(book)).ruling is Ruling.PERMITTED


def test_a_lapsed_warrant_frees_its_target_once_it_is_settled() -> None:
    book = Book()
    book.act(WarrantOutcome.NEVER_STARTED, "docs")
    assert blast_radius(an_action("docs", 99), seen_by(book)).ruling is Ruling.PERMITTED


def test_its_own_warrant_does_not_stand_in_its_way() -> None:
    book = Book()
    book.mint("docs")
    assert blast_radius(an_action("docs", 1), seen_by(book)).ruling is Ruling.PERMITTED


def test_two_replicas_are_never_under_change_together() -> None:
    book = Book()
    book.mint("front-1")
    verdict = blast_radius(an_action("front-2", 99), seen_by(book))
    assert verdict.ruling is Ruling.REFUSED
    assert verdict.saw == (("group", "front"),)


def test_one_server_in_five_may_be_under_change_and_a_second_asks_a_person() -> None:
    book = Book()
    assert blast_radius(an_action("docs", 99), seen_by(book)).ruling is Ruling.PERMITTED
    book.mint("mail")
    verdict = blast_radius(an_action("docs", 99), seen_by(book))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "2 servers of the class at once, 1 allowed"


def test_ten_servers_allow_two_at_once() -> None:
    more = tuple(Server(name=f"more-{n}", server_class="web") for n in range(5))
    estate = EstateGraph(replace(ESTATE, servers=(*ESTATE.servers, *more)))
    book = Book()
    book.mint("mail")
    context = seen_by(book, estate=estate)
    assert blast_radius(an_action("docs", 99), context).ruling is Ruling.PERMITTED
    book.mint("front-1")
    context = seen_by(book, estate=estate)
    assert blast_radius(an_action("docs", 99), context).ruling is Ruling.NEEDS_PERSON


def test_another_service_of_a_server_under_change_is_no_further_server() -> None:
    book = Book()
    book.mint("front-2")
    assert blast_radius(an_action("docs", 99), seen_by(book)).ruling is Ruling.PERMITTED


def test_another_class_is_counted_apart() -> None:
    book = Book()
    book.mint("orders")
    assert blast_radius(an_action("docs", 99), seen_by(book)).ruling is Ruling.PERMITTED
