"""Three bad ends that are half of all within an hour open it; after a rest one trial decides."""

from dataclasses import replace

import pytest

from tests.unit.governance.scene import Book, an_action, seen_by
from watchkeeper.domain.events.authority import WarrantOutcome, WarrantSettled
from watchkeeper.domain.runbook import VerbClass
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.breaker import BreakerState
from watchkeeper.governance.gates.circuit_breaker import breaker_state, circuit_breaker

GOOD, BAD, UNKNOWN = WarrantOutcome.SUCCEEDED, WarrantOutcome.FAILED, WarrantOutcome.UNKNOWN
NEVER = WarrantOutcome.NEVER_STARTED


def after(*outcomes: WarrantOutcome, minutes_apart: float = 1) -> Book:
    book = Book()
    for outcome in outcomes:
        book.later(minutes=minutes_apart)
        book.act(outcome)
    return book


def state(book: Book) -> BreakerState:
    return breaker_state("web", seen_by(book))


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), BreakerState.CLOSED),
        ((BAD, BAD), BreakerState.CLOSED),
        ((BAD, BAD, BAD), BreakerState.OPEN),
        ((BAD, UNKNOWN, BAD), BreakerState.OPEN),
        ((GOOD, GOOD, GOOD, BAD, BAD, BAD), BreakerState.OPEN),  # exactly half
        ((GOOD, GOOD, GOOD, GOOD, BAD, BAD, BAD), BreakerState.CLOSED),  # less than half
    ],
)
def test_when_it_opens(outcomes: tuple[WarrantOutcome, ...], expected: BreakerState) -> None:
    assert state(after(*outcomes)) is expected


def test_what_never_started_does_not_thin_out_the_failures() -> None:
    assert state(after(NEVER, NEVER, NEVER, NEVER, BAD, BAD, BAD)) is BreakerState.OPEN


def test_failures_that_are_an_hour_apart_do_not_add_up() -> None:
    assert state(after(BAD, BAD, BAD, minutes_apart=29.9)) is BreakerState.OPEN
    assert state(after(BAD, BAD, BAD, minutes_apart=30)) is BreakerState.CLOSED


def test_another_class_is_another_breaker() -> None:
    assert breaker_state("database", seen_by(after(BAD, BAD, BAD))) is BreakerState.CLOSED


def test_after_half_an_hour_it_is_half_open() -> None:
    book = after(BAD, BAD, BAD)
    book.later(minutes=29, seconds=59)
    assert state(book) is BreakerState.OPEN
    book.later(seconds=1)
    assert state(book) is BreakerState.HALF_OPEN


def half_open() -> Book:
    book = after(BAD, BAD, BAD)
    book.later(minutes=30)
    return book


def test_a_good_trial_closes_it_and_the_count_begins_anew() -> None:
    book = half_open()
    book.act(GOOD)
    assert state(book) is BreakerState.CLOSED
    book.act(BAD)
    book.act(BAD)
    assert state(book) is BreakerState.CLOSED
    book.act(BAD)
    assert state(book) is BreakerState.OPEN


@pytest.mark.parametrize("outcome", [BAD, UNKNOWN])
def test_a_bad_trial_opens_it_again_even_long_after(outcome: WarrantOutcome) -> None:
    book = half_open()
    book.later(hours=2)
    book.act(outcome)
    assert state(book) is BreakerState.OPEN
    book.later(minutes=30)
    assert state(book) is BreakerState.HALF_OPEN


def test_a_trial_that_never_started_proves_nothing() -> None:
    book = half_open()
    book.act(NEVER)
    assert state(book) is BreakerState.HALF_OPEN


def test_a_success_that_was_begun_before_the_rest_was_over_is_no_trial() -> None:
    book = after(BAD, BAD)
    slow = book.mint("mail")
    book.act(BAD)
    book.later(minutes=31)
    book.say(WarrantSettled(warrant=slow.id, outcome=GOOD))
    assert state(book) is BreakerState.HALF_OPEN


def test_another_failure_of_what_was_under_way_keeps_it_open_for_longer() -> None:
    book = after(BAD, BAD)
    slow = book.mint("mail")
    book.act(BAD)
    book.later(minutes=20)
    book.say(WarrantSettled(warrant=slow.id, outcome=BAD))
    book.later(minutes=29)
    assert state(book) is BreakerState.OPEN


def test_the_gate_refuses_while_it_is_open() -> None:
    verdict = circuit_breaker(an_action(number=99), seen_by(after(BAD, BAD, BAD)))
    assert verdict.ruling is Ruling.REFUSED
    assert ("state", "open") in verdict.saw


def test_half_open_lets_one_reversible_action_through_at_a_time() -> None:
    book = half_open()
    action = an_action(number=99)
    assert circuit_breaker(action, seen_by(book)).ruling is Ruling.PERMITTED
    lossy = replace(action, verb=VerbClass.LOSSY)
    assert circuit_breaker(lossy, seen_by(book)).ruling is Ruling.REFUSED
    book.mint("mail")
    assert circuit_breaker(action, seen_by(book)).ruling is Ruling.REFUSED
    assert circuit_breaker(an_action("orders", 99), seen_by(book)).ruling is Ruling.PERMITTED
