"""However many alerts are forged: what is done about them without a person stays under every cap.

Counted here by a list in which nothing is forgotten, and not by the fold that the gate reads.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.governance.scene import Book, a_warrant, an_action, seen_by
from watchkeeper.domain.action import Action
from watchkeeper.domain.events.authority import WarrantMinted, WarrantOutcome, WarrantSettled
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.action_budget import action_budget

TARGETS = ("docs", "mail", "front-1", "front-4", "front-5", "orders", "keys", "console", "blog")
HOUR = timedelta(hours=1)

PER_ROOT, PER_TARGET, PER_CLASS, PER_INSTALLATION = 8, 6, 20, 40


class Flood:
    """Alerts, each its own incident, each with an action that the budget gate lets go or not."""

    def __init__(self) -> None:
        self.book = Book()
        self.done: list[tuple[datetime, Action]] = []
        self._alerts = 0

    def alert(self, target: str, root: str) -> None:
        """One more alert: reopened, split off or beside another where it has that one's root."""
        self._alerts += 1
        incident = f"I{self._alerts}"
        action = replace(an_action(target, self._alerts, incident), root=root)
        if action_budget(action, seen_by(self.book)).ruling is not Ruling.PERMITTED:
            return
        warrant = a_warrant(target, self._alerts, incident)
        minted = WarrantMinted(
            warrant=warrant, server_class=action.server_class, autonomous=True, root=root
        )
        self.book.say(minted)
        self.book.say(WarrantSettled(warrant=warrant.id, outcome=WarrantOutcome.SUCCEEDED))
        self.done.append((self.book.now, action))

    def most_in_an_hour(self, of: Iterable[tuple[datetime, Action]]) -> int:
        """The fullest hour that there was, wherever it began."""
        times = [at for at, _ in of]
        return max((sum(start <= at < start + HOUR for at in times) for start in times), default=0)

    def within(self, which: str) -> dict[str, int]:
        """The fullest hour of each target or class."""
        names = {str(getattr(action, which)) for _, action in self.done}
        return {
            name: self.most_in_an_hour(d for d in self.done if getattr(d[1], which) == name)
            for name in names
        }


BURSTS = st.lists(
    st.tuples(
        st.integers(1, 30),  # alerts at once
        st.sampled_from(TARGETS),
        st.sampled_from(("", "", "A", "B")),  # the root; none: a fault of its own
        st.sampled_from((0, 0, 0, 5, 59, 60, 61)),  # minutes until the next burst
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(BURSTS)
def test_no_flood_gets_past_a_cap(bursts: list[tuple[int, str, str, int]]) -> None:
    flood = Flood()
    for alerts, target, root, minutes in bursts:
        for _ in range(alerts):
            flood.alert(target, root)
        flood.book.later(minutes=minutes)
    assert flood.most_in_an_hour(flood.done) <= PER_INSTALLATION
    assert all(most <= PER_TARGET for most in flood.within("target").values())
    assert all(most <= PER_CLASS for most in flood.within("server_class").values())
    by_root = Counter(action.root for _, action in flood.done if action.root)
    assert all(count <= PER_ROOT for count in by_root.values())


def test_a_thousand_alerts_at_once_on_everything_reach_the_global_cap_and_no_more() -> None:
    flood = Flood()
    for number in range(1000):
        flood.alert(TARGETS[number % len(TARGETS)], "")
    assert len(flood.done) == PER_INSTALLATION


def test_alerts_on_every_service_of_one_class_reach_the_cap_of_the_class_and_no_more() -> None:
    flood = Flood()
    web = ("docs", "mail", "front-1", "front-4", "front-5")
    for number in range(200):
        flood.alert(web[number % len(web)], "")
    assert len(flood.done) == PER_CLASS


def test_a_fault_that_keeps_coming_back_for_a_week_has_eight_actions_in_all() -> None:
    flood = Flood()
    for number in range(7 * 24):
        flood.alert(TARGETS[number % len(TARGETS)], "A")
        flood.book.later(hours=1)
    assert len(flood.done) == PER_ROOT
