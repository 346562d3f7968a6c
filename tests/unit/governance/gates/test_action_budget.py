from dataclasses import replace

from tests.unit.governance.scene import Book, an_action, seen_by
from watchkeeper.domain.events.authority import WarrantOutcome
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.gates.action_budget import action_budget

TARGETS = ("docs", "mail", "front-1", "front-2", "front-3", "front-4", "front-5")


def spent(book: Book, count: int, *, incident: str = "I1", autonomous: bool = True) -> None:
    """So many successful actions, on one target after another, ten minutes apart."""
    for number in range(count):
        target = TARGETS[number % len(TARGETS)]
        book.act(WarrantOutcome.SUCCEEDED, target, incident=incident, autonomous=autonomous)
        book.later(minutes=10)


def asked(book: Book, target: str = "docs", incident: str = "I1") -> Verdict:
    return action_budget(an_action(target, 99, incident), seen_by(book))


def test_the_eighth_action_of_an_incident_goes_and_the_ninth_asks_a_person() -> None:
    book = Book()
    spent(book, 7)
    assert asked(book).ruling is Ruling.PERMITTED
    spent(book, 1)
    verdict = asked(book)
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "8 of 8 actions used (incident)"
    assert ("incident", "8 of 8") in verdict.saw


def test_an_incident_that_is_looked_at_again_a_week_later_has_used_what_it_used() -> None:
    book = Book()
    spent(book, 8)
    book.later(days=7)
    assert asked(book).ruling is Ruling.NEEDS_PERSON


def test_what_a_person_approved_is_not_drawn_from_the_budget() -> None:
    book = Book()
    spent(book, 20, autonomous=False)
    assert asked(book).ruling is Ruling.PERMITTED


def test_a_warrant_that_was_never_used_still_counts() -> None:
    """The budget is drawn when it is minted: what may be under way is what counts."""
    book = Book()
    for _ in range(8):
        book.act(WarrantOutcome.NEVER_STARTED, "docs")
        book.later(minutes=20)
    assert asked(book).ruling is Ruling.NEEDS_PERSON


def test_one_target_has_six_actions_an_hour_whatever_the_incident() -> None:
    book = Book()
    for number in range(6):
        book.act(WarrantOutcome.SUCCEEDED, "docs", incident=f"I{number}")
    assert asked(book, "docs", "another").reason == "6 of 6 actions used (target)"
    assert asked(book, "mail", "another").ruling is Ruling.PERMITTED
    book.later(minutes=59, seconds=59)
    assert asked(book, "docs", "another").ruling is Ruling.NEEDS_PERSON
    book.later(seconds=1)
    assert asked(book, "docs", "another").ruling is Ruling.PERMITTED


def test_one_class_has_twenty_actions_an_hour() -> None:
    book = Book()
    for number in range(20):
        target = TARGETS[number % len(TARGETS)]
        book.act(WarrantOutcome.SUCCEEDED, target, incident=f"I{number}")
    assert asked(book, "docs", "another").reason == "20 of 20 actions used (class)"
    assert asked(book, "orders", "another").ruling is Ruling.PERMITTED


def test_the_whole_installation_has_forty_so_that_a_thousand_forged_alerts_stay_under_it() -> None:
    book = Book()
    for number in range(40):
        target = ("docs", "orders", "keys", "blog", "console", "mail", "front-1")[number % 7]
        book.act(WarrantOutcome.SUCCEEDED, target, incident=f"I{number}")
    assert asked(book, "front-5", "another").reason == "40 of 40 actions used (installation)"


def test_incidents_of_one_root_share_one_budget() -> None:
    """The fault came back twice and split once: four incidents, eight actions in all."""
    book = Book()
    for number in range(8):
        book.act(
            WarrantOutcome.SUCCEEDED,
            TARGETS[number % len(TARGETS)],
            incident=f"I{number // 2}",
            root="I0" if number > 1 else "",
        )
        book.later(minutes=20)
    descendant = replace(an_action("docs", 99, "I9"), root="I0")
    assert action_budget(descendant, seen_by(book)).reason == "8 of 8 actions used (incident)"
    assert asked(book, "docs", "I0").ruling is Ruling.NEEDS_PERSON
    assert asked(book, "docs", "I9").ruling is Ruling.PERMITTED
