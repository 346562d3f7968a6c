import pytest

from tests.unit.governance.scene import Book, an_action, seen_by
from watchkeeper.domain.events.authority import FixIneffective, WarrantOutcome
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.cool_down import cool_down

GOOD, BAD, UNKNOWN = WarrantOutcome.SUCCEEDED, WarrantOutcome.FAILED, WarrantOutcome.UNKNOWN
NEVER = WarrantOutcome.NEVER_STARTED


def ruling(book: Book, target: str = "docs") -> Ruling:
    return cool_down(an_action(target, 99), seen_by(book)).ruling


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), Ruling.PERMITTED),
        ((BAD, BAD), Ruling.PERMITTED),
        ((BAD, BAD, BAD), Ruling.REFUSED),
        ((BAD, UNKNOWN, BAD), Ruling.REFUSED),
        ((BAD, BAD, GOOD, BAD), Ruling.PERMITTED),
        ((BAD, BAD, NEVER, BAD), Ruling.REFUSED),
        ((BAD, BAD, NEVER), Ruling.PERMITTED),
    ],
)
def test_three_failures_in_a_row_are_futile(
    outcomes: tuple[WarrantOutcome, ...], expected: Ruling
) -> None:
    book = Book()
    for outcome in outcomes:
        book.act(outcome)
    assert ruling(book) is expected


def test_it_rests_for_an_hour_after_the_last_try_and_then_one_more_may_follow() -> None:
    book = Book()
    for _ in range(3):
        book.act(BAD)
        book.later(minutes=25)
    book.later(minutes=34, seconds=59)
    assert ruling(book) is Ruling.REFUSED
    book.later(seconds=1)
    assert ruling(book) is Ruling.PERMITTED
    book.act(BAD)
    assert ruling(book) is Ruling.REFUSED


def test_the_same_fix_elsewhere_is_another_matter() -> None:
    book = Book()
    for _ in range(3):
        book.act(BAD)
    assert ruling(book, "mail") is Ruling.PERMITTED


def test_what_ended_well_and_made_nothing_better_is_as_futile_as_a_failure() -> None:
    book = Book()
    for number in range(1, 4):
        book.act(GOOD)
        book.say(FixIneffective(action=f"I1-{number:02d}"))
        assert ruling(book) is (Ruling.REFUSED if number == 3 else Ruling.PERMITTED)
    book.later(hours=1)
    assert ruling(book) is Ruling.PERMITTED


def test_a_word_about_an_action_that_nobody_remembers_changes_nothing() -> None:
    book = Book()
    before = book.authority.drawn
    assert book.say(FixIneffective(action="I9-01")).drawn == before
