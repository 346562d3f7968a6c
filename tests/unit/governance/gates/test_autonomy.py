from dataclasses import replace

import pytest

from tests.unit.governance.scene import ALICE, Book, an_action, granted, seen_by
from watchkeeper.domain.events.authority import AutonomyLevel
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.autonomy import autonomy


@pytest.mark.parametrize(
    ("level", "ruling", "notify"),
    [
        (AutonomyLevel.OBSERVE, Ruling.REFUSED, False),
        (AutonomyLevel.NOTIFY, Ruling.NEEDS_PERSON, False),
        (AutonomyLevel.APPROVE, Ruling.NEEDS_PERSON, False),
        (AutonomyLevel.ACT_AND_NOTIFY, Ruling.PERMITTED, True),
        (AutonomyLevel.ACT, Ruling.PERMITTED, False),
    ],
)
def test_a_level_says_how_far_it_goes(level: AutonomyLevel, ruling: Ruling, notify: bool) -> None:
    book = Book()
    book.say(granted(level), by=ALICE)
    verdict = autonomy(an_action(), seen_by(book))
    assert (verdict.ruling, verdict.notify) == (ruling, notify)
    assert ("level", level.value) in verdict.saw


def test_a_new_installation_proposes_and_acts_on_nothing() -> None:
    verdict = autonomy(an_action(), seen_by(Book()))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "nobody granted this runbook on this class"


def test_a_grant_is_for_one_runbook_on_one_class() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), by=ALICE)
    assert autonomy(an_action("orders"), seen_by(book)).ruling is Ruling.NEEDS_PERSON
    other = replace(an_action(), runbook="free-disk-space")
    assert autonomy(other, seen_by(book)).ruling is Ruling.NEEDS_PERSON


def test_the_last_word_counts() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), granted(AutonomyLevel.APPROVE), by=ALICE)
    verdict = autonomy(an_action(), seen_by(book))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "set to approve: a person decides"


def test_an_incident_that_may_not_be_acted_on_alone_asks_whatever_was_granted() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), by=ALICE)
    verdict = autonomy(an_action(), seen_by(book, incident_autonomous=False))
    assert verdict.ruling is Ruling.NEEDS_PERSON


def test_that_question_hides_no_refusal() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.OBSERVE), by=ALICE)
    verdict = autonomy(an_action(), seen_by(book, incident_autonomous=False))
    assert verdict.ruling is Ruling.REFUSED


def test_while_a_source_is_lost_nobody_acts_alone() -> None:
    book = Book()
    book.say(granted(AutonomyLevel.ACT), by=ALICE)
    verdict = autonomy(an_action(), seen_by(book, lost_sources=("prometheus",)))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert "prometheus" in verdict.reason
