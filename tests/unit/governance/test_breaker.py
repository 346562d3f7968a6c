"""Beyond one class: the global breaker, what came after an action, and a person's hand."""

from tests.unit.governance.scene import ALICE, Book, an_action, seen_by
from watchkeeper.domain.events.authority import ActionAftermath, BreakerSet, WarrantOutcome
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.breaker import GLOBAL, BreakerState
from watchkeeper.governance.gates.circuit_breaker import breaker_state, circuit_breaker

GOOD, BAD = WarrantOutcome.SUCCEEDED, WarrantOutcome.FAILED
HEALTHY, ILL, UNKNOWN = (("mail", word) for word in ("healthy", "unhealthy", "unknown"))


def state(book: Book, server_class: str = "web") -> BreakerState:
    return breaker_state(server_class, seen_by(book))


def test_the_global_one_opens_over_classes_that_stay_closed_by_themselves() -> None:
    book = Book()
    for target in ("docs", "docs", "orders", "orders", "blog"):
        book.act(BAD, target)
    assert state(book, GLOBAL) is BreakerState.CLOSED
    book.act(BAD, "blog")
    assert {state(book, c) for c in ("web", "database")} == {BreakerState.CLOSED}
    assert state(book, GLOBAL) is BreakerState.OPEN
    assert circuit_breaker(an_action(number=99), seen_by(book)).ruling is Ruling.REFUSED


def harmful(book: Book, after: tuple[str, str]) -> None:
    warrant = book.mint("docs").id
    book.act(GOOD, "docs")
    book.say(ActionAftermath(warrant=warrant, before=(HEALTHY,), after=(after,)))


def test_what_an_action_did_to_its_dependants_counts_though_it_succeeded() -> None:
    book = Book()
    for _ in range(3):
        harmful(book, ILL)
    assert state(book) is BreakerState.OPEN


def test_unknown_counts_as_nothing() -> None:
    book = Book()
    for _ in range(9):
        harmful(book, UNKNOWN)
    assert state(book) is BreakerState.CLOSED


def test_a_person_opens_it_and_closes_it_before_its_time() -> None:
    book = Book()
    book.say(BreakerSet(server_class="web", open=True), by=ALICE)
    assert (state(book), state(book, "database")) == (BreakerState.OPEN, BreakerState.CLOSED)
    book.say(BreakerSet(server_class="web", open=False), by=ALICE)
    assert state(book) is BreakerState.CLOSED
