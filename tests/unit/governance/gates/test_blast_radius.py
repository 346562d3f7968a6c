from dataclasses import replace
from datetime import timedelta

from tests.unit.governance.scene import ESTATE, NOON, Book, an_action, seen_by
from watchkeeper.domain.action import Action
from watchkeeper.domain.estate import Server
from watchkeeper.domain.events.authority import (
    DowntimeConsented,
    DowntimeRefused,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.gates.blast_radius import blast_radius
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.health import HealthBoard, Probed


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


def stopping(target: str) -> Action:
    return replace(an_action(target, 99), template="stop_leftovers")


def board(**says: bool) -> HealthBoard:
    """What the probes said a moment ago, by service (``front_1`` is front-1)."""
    probes = {k.replace("_", "-"): Probed(answers=v, at=NOON) for k, v in says.items()}
    return HealthBoard(now=NOON, fresh_for=timedelta(minutes=1), probes=probes)


def in_health(target: str, **says: bool) -> Verdict:
    return blast_radius(stopping(target), seen_by(Book(), health=board(**says)))


def test_the_last_healthy_replica_is_never_taken_down() -> None:
    verdict = in_health("front-1", front_1=True, front_2=False, front_3=False)
    assert (verdict.ruling, verdict.reason) == (Ruling.REFUSED, "it is the last healthy replica")


def test_with_another_healthy_replica_one_may_go_down() -> None:
    verdict = in_health("front-1", front_1=True, front_2=True)
    assert verdict.ruling is Ruling.PERMITTED


def test_a_replica_that_is_down_already_may_be_mended_though_no_other_is_healthy() -> None:
    assert in_health("front-1", front_1=False, front_2=False).ruling is Ruling.PERMITTED


def test_unknown_is_never_counted_as_healthy() -> None:
    verdict = in_health("front-1")
    assert (verdict.ruling, verdict.reason) == (
        Ruling.NEEDS_PERSON,
        "no replica is known to be healthy",
    )
    assert in_health("front-1", front_2=True).ruling is Ruling.PERMITTED


def test_what_stands_alone_goes_down_only_with_a_consent_given_once_and_withdrawn_once() -> None:
    book, up = Book(), board(docs=True)
    assert blast_radius(stopping("docs"), seen_by(book, health=up)).ruling is Ruling.NEEDS_PERSON
    book.say(DowntimeConsented(service="docs"))
    consented = blast_radius(stopping("docs"), seen_by(book, health=up))
    assert consented.ruling is Ruling.PERMITTED
    assert blast_radius(stopping("mail"), seen_by(book, health=up)).ruling is Ruling.NEEDS_PERSON
    book.say(DowntimeRefused(service="docs"))
    assert blast_radius(stopping("docs"), seen_by(book, health=up)).ruling is Ruling.NEEDS_PERSON


def test_what_stands_alone_and_is_down_already_is_mended_without_a_consent() -> None:
    assert in_health("docs", docs=False).ruling is Ruling.PERMITTED


def test_starting_what_stands_alone_takes_nothing_down() -> None:
    verdict = blast_radius(an_action("docs", 99), seen_by(Book(), health=board(docs=True)))
    assert verdict.ruling is Ruling.PERMITTED


def test_an_action_on_a_server_touches_every_service_on_it() -> None:
    """web-2 carries the last healthy front-2, and docs, which stands alone."""
    verdict = in_health("web-2", front_2=True)
    assert verdict.ruling is Ruling.REFUSED


def test_a_server_under_change_counts_for_the_replica_on_it() -> None:
    book = Book()
    book.mint("web-1")
    assert blast_radius(an_action("front-2", 99), seen_by(book)).ruling is Ruling.REFUSED
