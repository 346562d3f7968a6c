"""What the authority stream adds up to: grants, the kill epochs, and every warrant's life."""

from datetime import timedelta

import pytest

from tests.unit.governance.scene import ALICE, NOON, RESTART, Book, granted
from watchkeeper.domain.entry import Actor, ActorKind
from watchkeeper.domain.events.authority import (
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.events.sources import SourceLost
from watchkeeper.governance.authority import AUTHORITY_FOLD, Authority, Drawn
from watchkeeper.governance.limits import INCIDENTS_REMEMBERED, REMEMBERED

BOB = Actor(kind=ActorKind.PERSON, name="bob")
STOP, GO = KillEngaged(scope="all"), KillReleased(scope="all")


def drawn(book: Book, warrant: str) -> Drawn:
    found = book.authority.warrant(warrant)
    assert found is not None
    return found


def test_in_the_beginning_nobody_may_do_anything_and_nothing_is_stopped() -> None:
    authority = AUTHORITY_FOLD.initial("authority")
    assert authority == Authority()
    assert authority.level(RESTART.id, "web") is None
    assert (authority.killed, authority.kill_epoch, authority.revision) == (False, 0, 0)
    assert (authority.wake_at, authority.open) == (None, True)


def test_a_grant_remembers_who_gave_it_and_the_last_one_counts() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), by=ALICE)
    book.later(hours=1)
    book.say(granted(AutonomyLevel.NOTIFY), by=BOB)
    (grant,) = book.authority.grants
    assert (grant.level, grant.by, grant.at) == (
        AutonomyLevel.NOTIFY,
        "person:bob",
        NOON + timedelta(hours=1),
    )


def test_grants_of_other_classes_stay_as_they_are() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), granted(AutonomyLevel.APPROVE, "database"), by=ALICE)
    book.say(granted(AutonomyLevel.OBSERVE), by=ALICE)
    assert book.authority.level(RESTART.id, "web") is AutonomyLevel.OBSERVE
    assert book.authority.level(RESTART.id, "database") is AutonomyLevel.APPROVE


# ── the kill switch ───────────────────────────────────────────────────────────


def test_who_engaged_it_first_and_when_is_remembered_until_it_is_released() -> None:
    book = Book()
    book.say(STOP, by=ALICE)
    book.later(minutes=5)
    book.say(STOP, by=BOB)
    authority = book.authority
    assert (authority.killed_by, authority.killed_at) == ("person:alice", NOON)
    assert authority.kill_epoch == 2
    book.say(GO, by=BOB)
    assert (book.authority.killed, book.authority.killed_by) == (False, "")


def test_an_epoch_that_ended_never_comes_back() -> None:
    book = Book()
    warrant = book.mint()
    book.say(STOP, by=ALICE)
    book.say(GO, by=ALICE)
    assert book.authority.kill_epoch == 1 > warrant.kill_epoch
    assert book.mint("mail").kill_epoch == 1


def test_releasing_what_only_the_page_had_stopped_ends_an_epoch_too() -> None:
    """Whatever was minted before the page said stop is void once it says go."""
    book = Book()
    warrant = book.mint()
    book.say(GO, by=ALICE)
    assert book.authority.kill_epoch == warrant.kill_epoch + 1
    assert not book.authority.killed


# ── a warrant's life ──────────────────────────────────────────────────────────


def test_a_warrant_is_in_flight_from_its_minting_until_it_is_settled() -> None:
    book = Book()
    warrant = book.mint()
    assert drawn(book, warrant.id).in_flight
    book.later(seconds=1)
    book.say(WarrantSpent(warrant=warrant.id))
    assert drawn(book, warrant.id).in_flight
    assert drawn(book, warrant.id).spent_at == NOON + timedelta(seconds=1)
    book.later(seconds=1)
    book.say(WarrantSettled(warrant=warrant.id, outcome=WarrantOutcome.SUCCEEDED))
    assert not drawn(book, warrant.id).in_flight
    assert drawn(book, warrant.id).settled_at == NOON + timedelta(seconds=2)


def test_a_warrant_remembers_all_that_it_was_minted_for() -> None:
    book = Book()
    warrant = book.mint("orders", incident="I7", autonomous=False)
    found = drawn(book, warrant.id)
    assert (found.action, found.incident, found.runbook, found.step) == (
        warrant.action,
        "I7",
        RESTART.id,
        "start",
    )
    assert (found.target, found.server, found.server_class) == ("orders", "db-1", "database")
    assert (found.autonomous, found.kill_epoch, found.digest) == (False, 0, warrant.digest)


def test_the_first_word_about_spending_and_settling_counts() -> None:
    book = Book()
    warrant = book.mint()
    for outcome in (WarrantOutcome.FAILED, WarrantOutcome.SUCCEEDED):
        book.say(
            WarrantSpent(warrant=warrant.id), WarrantSettled(warrant=warrant.id, outcome=outcome)
        )
        book.later(minutes=1)
    found = drawn(book, warrant.id)
    assert (found.outcome, found.spent_at, found.settled_at) == (WarrantOutcome.FAILED, NOON, NOON)


@pytest.mark.parametrize(
    ("outcome", "bad", "ran"),
    [
        (WarrantOutcome.SUCCEEDED, False, True),
        (WarrantOutcome.FAILED, True, True),
        (WarrantOutcome.UNKNOWN, True, True),
        (WarrantOutcome.NEVER_STARTED, False, False),
    ],
)
def test_what_speaks_against_doing_more_is_what_ran_and_ended_badly(
    outcome: WarrantOutcome, bad: bool, ran: bool
) -> None:
    book = Book()
    book.act(outcome)
    (found,) = book.authority.drawn
    assert (found.bad, found.ran) == (bad, ran)


def test_a_warrant_in_flight_has_not_run_yet() -> None:
    book = Book()
    assert not drawn(book, book.mint().id).ran


def test_words_about_a_warrant_that_nobody_minted_change_nothing() -> None:
    book = Book()
    warrant = book.mint()
    before = book.authority.drawn
    settled = WarrantSettled(warrant="another", outcome=WarrantOutcome.FAILED)
    book.say(WarrantSpent(warrant="another"), settled)
    assert book.authority.drawn == before
    assert book.authority.warrant("another") is None
    assert drawn(book, warrant.id).in_flight


def test_only_the_revision_moves_with_what_is_none_of_its_business() -> None:
    book = Book()
    book.say(SourceLost(source="prometheus", reason="refused"))
    assert book.authority == Authority(revision=1)


# ── what is remembered ────────────────────────────────────────────────────────


def test_what_was_settled_is_forgotten_a_day_later_when_the_next_one_is_drawn() -> None:
    book = Book()
    book.act(WarrantOutcome.SUCCEEDED)
    book.later(seconds=REMEMBERED.total_seconds() - 1)
    book.mint("mail")
    assert [d.target for d in book.authority.drawn] == ["docs", "mail"]
    book.later(seconds=1)
    book.mint("orders")
    assert [d.target for d in book.authority.drawn] == ["mail", "orders"]


def test_what_is_in_flight_is_never_forgotten() -> None:
    book = Book()
    warrant = book.mint()
    book.later(days=9)
    book.mint("mail")
    assert drawn(book, warrant.id).in_flight


def test_an_incident_s_actions_are_counted_for_thirty_days_after_its_last_one() -> None:
    book = Book()
    book.act(WarrantOutcome.SUCCEEDED, incident="I1")
    book.later(days=20)
    book.act(WarrantOutcome.SUCCEEDED, incident="I1")
    book.later(seconds=INCIDENTS_REMEMBERED.total_seconds() - 1)
    book.act(WarrantOutcome.SUCCEEDED, "mail", incident="I2")
    assert (book.authority.autonomous_in("I1"), book.authority.autonomous_in("I2")) == (2, 1)
    book.later(seconds=1)
    book.act(WarrantOutcome.SUCCEEDED, "orders", incident="I3")
    assert book.authority.autonomous_in("I1") == 0


def test_what_a_person_approved_is_counted_against_no_incident() -> None:
    book = Book()
    book.act(WarrantOutcome.SUCCEEDED, autonomous=False)
    assert book.authority.autonomous_in("I1") == 0
    assert len(book.authority.drawn) == 1


def test_since_an_instant_is_what_was_drawn_behind_it() -> None:
    book = Book()
    book.mint()
    book.later(minutes=1)
    book.mint("mail")
    assert [d.target for d in book.authority.since(NOON)] == ["mail"]
    assert len(book.authority.since(NOON - timedelta(microseconds=1))) == 2
