"""The authority fold against plain book-keeping: what counts is counted the same by both."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.governance.scene import ALICE, RESTART, Book, an_action, seen_by
from watchkeeper.domain.events.authority import (
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.verdict import Ruling
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.gates.action_budget import action_budget
from watchkeeper.governance.gates.blast_radius import blast_radius
from watchkeeper.governance.limits import ACTIONS_PER_HOUR, ACTIONS_PER_INCIDENT

TARGETS = ("docs", "mail", "front-1", "orders")
INCIDENTS = ("I1", "I2")
HOUR = timedelta(hours=1)


class Clerk:
    """Writes in the book, and keeps a list of their own in which nothing is ever forgotten."""

    def __init__(self) -> None:
        self.book = Book()
        self.minted: dict[str, tuple[Warrant, datetime, bool]] = {}
        self.spent: dict[str, datetime] = {}
        self.settled: dict[str, tuple[WarrantOutcome, datetime]] = {}
        self.levels: dict[str, AutonomyLevel] = {}
        self.stopped = False
        self.epoch = 0

    def mint(self, target: str, incident: str, alone: bool) -> None:
        warrant = self.book.mint(target, incident=incident, autonomous=alone)
        self.minted[warrant.id] = (warrant, self.book.now, alone)

    def spend(self, number: int) -> None:
        for name in self._one(number):
            self.book.say(WarrantSpent(warrant=name))
            self.spent.setdefault(name, self.book.now)

    def settle(self, number: int, outcome: WarrantOutcome) -> None:
        for name in self._one(number):
            self.book.say(WarrantSettled(warrant=name, outcome=outcome))
            self.settled.setdefault(name, (outcome, self.book.now))

    def grant(self, server_class: str, level: AutonomyLevel) -> None:
        granted = LevelGranted(runbook=RESTART.id, server_class=server_class, level=level)
        self.book.say(granted, by=ALICE)
        self.levels[server_class] = level

    def stop(self) -> None:
        self.book.say(KillEngaged(scope="all"))
        self.stopped, self.epoch = True, self.epoch + 1

    def go(self) -> None:
        self.book.say(KillReleased(scope="all"), by=ALICE)
        self.stopped, self.epoch = False, self.epoch + (0 if self.stopped else 1)

    def later(self, minutes: float) -> None:
        self.book.later(minutes=minutes)

    def in_flight(self) -> set[str]:
        return set(self.minted) - set(self.settled)

    def autonomous(self) -> Counter[str]:
        """Autonomous warrants by incident."""
        return Counter(warrant.incident for warrant, _, alone in self.minted.values() if alone)

    def _one(self, number: int) -> list[str]:
        """A warrant, where there are any."""
        names = sorted(self.minted)
        return [names[number % len(names)]] if names else []


Move = tuple[Callable[..., None], tuple[Any, ...]]


def move(does: Callable[..., None], *what: st.SearchStrategy[Any]) -> st.SearchStrategy[Move]:
    return st.tuples(st.just(does), st.tuples(*what))


NUMBERS = st.integers(0, 20)
MINT = move(Clerk.mint, st.sampled_from(TARGETS), st.sampled_from(INCIDENTS), st.booleans())
MOVES = st.one_of(
    MINT,
    MINT,
    move(Clerk.spend, NUMBERS),
    move(Clerk.settle, NUMBERS, st.sampled_from(WarrantOutcome)),
    move(Clerk.grant, st.sampled_from(("web", "database")), st.sampled_from(AutonomyLevel)),
    move(Clerk.stop),
    move(Clerk.go),
    move(Clerk.later, st.sampled_from((1, 30, 61, 60 * 20))),
)
HISTORIES = st.lists(MOVES, max_size=40)


def lived(history: Sequence[Move]) -> Clerk:
    clerk = Clerk()
    for does, what in history:
        does(clerk, *what)
    return clerk


@settings(deadline=None)
@given(HISTORIES)
def test_the_fold_is_what_a_clerk_would_have_noted(history: list[Move]) -> None:
    clerk = lived(history)
    authority = clerk.book.authority
    assert (authority.killed, authority.kill_epoch) == (clerk.stopped, clerk.epoch)
    assert {d.warrant for d in authority.drawn if d.in_flight} == clerk.in_flight()
    for server_class, level in clerk.levels.items():
        assert authority.level(RESTART.id, server_class) is level
    for drawn in authority.drawn:
        warrant, minted_at, alone = clerk.minted[drawn.warrant]
        assert (drawn.digest, drawn.minted_at) == (warrant.digest, minted_at)
        assert (drawn.autonomous, drawn.spent_at) == (alone, clerk.spent.get(drawn.warrant))
        assert (drawn.outcome, drawn.settled_at) == clerk.settled.get(drawn.warrant, (None, None))
    for incident in INCIDENTS:
        assert authority.autonomous_in(incident) == clerk.autonomous()[incident]


@settings(deadline=None)
@given(HISTORIES)
def test_no_gate_forgets_what_it_has_to_count(history: list[Move]) -> None:
    """Budgets and blast radius, judged from the fold and from everything that ever was."""
    clerk = lived(history)
    context, action = seen_by(clerk.book), an_action("docs", 99, "I1")
    since = clerk.book.now - HOUR
    lately = [at for _, at, alone in clerk.minted.values() if alone and at > since]
    if clerk.autonomous()["I1"] >= ACTIONS_PER_INCIDENT or len(lately) >= ACTIONS_PER_HOUR:
        assert action_budget(action, context).ruling is Ruling.NEEDS_PERSON
    if "docs" in {clerk.minted[name][0].target for name in clerk.in_flight()}:
        assert blast_radius(action, context).ruling is Ruling.REFUSED
