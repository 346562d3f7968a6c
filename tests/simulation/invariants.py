"""What must be true of every journal and every effect, said once more outside of production code.

Fed with every entry in order of position, and with every call that reaches the executor. It
keeps its own books, from entries alone, and never asks the folds of the product.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, ActorKind, Entry, Unreadable
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionProposed,
    ApprovalGranted,
    JobFinished,
    LaunchRequested,
)
from watchkeeper.domain.events.alerts import AlertRaised
from watchkeeper.domain.events.authority import (
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.events.changes import ChangeRecordOpened
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    IncidentClosed,
    IncidentEscalated,
    IncidentOpened,
)
from watchkeeper.domain.verdict import Ruling
from watchkeeper.domain.warrant import Warrant

MOST_ACTIONS = 8  # autonomous ones of one incident; spec: actions per incident before a person
CLASS_SHARE = 0.2
CLOCKS_APART = timedelta(seconds=10)  # the worst skew of two workers' clocks in any story
MAY_ACT = (AutonomyLevel.ACT_AND_NOTIFY, AutonomyLevel.ACT)


@dataclass
class Books:
    """What the entries so far add up to."""

    position: int = 0
    revisions: Counter[str] = field(default_factory=Counter)
    killed: bool = False
    kill_epoch: int = 0
    levels: dict[tuple[str, str], AutonomyLevel] = field(default_factory=dict)
    proposed: dict[str, ActionProposed] = field(default_factory=dict)
    approved: dict[str, str] = field(default_factory=dict)  # action → digest
    recorded: dict[str, str] = field(default_factory=dict)  # action → change record
    intended: dict[str, str] = field(default_factory=dict)  # warrant → action
    minted: dict[str, WarrantMinted] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)  # warrant → position
    settled: dict[str, WarrantOutcome] = field(default_factory=dict)
    jobs: dict[str, bool] = field(default_factory=dict)  # action → succeeded
    closed_actions: dict[str, ActionOutcome] = field(default_factory=dict)
    autonomous: Counter[str] = field(default_factory=Counter)  # root of incidents → warrants
    forbidden: set[str] = field(default_factory=set)  # actions that a gate refused when last judged
    incidents: dict[str, IncidentOpened] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)  # incident → closed | escalated
    closed: dict[str, int] = field(default_factory=dict)
    raised: list[tuple[str, int]] = field(default_factory=list)
    told: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def in_flight(self) -> list[WarrantMinted]:
        """Warrants that may be touching the estate."""
        return [minted for name, minted in self.minted.items() if name not in self.settled]

    def action(self, name: str) -> Action | None:
        """An action as it was proposed."""
        proposed = self.proposed.get(name)
        return proposed.action if proposed else None

    def root(self, incident: str) -> str:
        """The incident from which this one descends, over however many; itself, where from none."""
        opened = self.incidents.get(incident)
        return self.root(opened.root) if opened is not None and opened.root else incident


class Invariants:
    """Every ``check`` that fails is a line in ``violations``."""

    def __init__(self, estate: Estate, rival: Actor) -> None:
        """``rival`` is an agent beside the program, whose actions have no streams of their own."""
        self.books = Books()
        self._rival = rival
        self.violations: list[str] = []
        self._groups = {s.name: s.replicas_of for s in estate.services if s.replicas_of}
        self._sizes = Counter(s.server_class for s in estate.servers)
        self._launches: Counter[str] = Counter()
        self._begun: dict[str, None] = {}

    def entry(self, entry: Entry) -> None:
        """One more entry of the journal."""
        self._gap_free(entry)
        body = entry.body
        if not isinstance(body, Unreadable):
            check = self._checks.get(type(body))
            if check is not None:
                check(self, body, entry)

    def launch_called(self, warrant: Warrant) -> None:
        """The product calls the executor to start this warrant's job."""
        self._launches[warrant.id] += 1
        self._that(self._launches[warrant.id] == 1, f"{warrant.id} is launched again")

    def task_begun(self, warrant: Warrant) -> None:
        """The executor begins to change something in the estate."""
        books, name = self.books, warrant.id
        minted = books.minted.get(name)
        self._that(minted is not None, f"effect of {name}, which was never minted")
        self._that(name in books.spent, f"effect of {name}, which was not spent before")
        self._that(name in books.intended, f"effect of {name} without an intent before")
        self._that(warrant.action in books.recorded, f"effect of {name} without a change record")
        self._that(name not in books.settled, f"effect of {name} after it was settled")
        self._that(
            not books.killed and books.kill_epoch == warrant.kill_epoch,
            f"effect of {name} after the kill epoch ended it",
        )
        if minted is not None:
            self._that(minted.warrant == warrant, f"{name} is not the warrant that was minted")
        action = books.action(warrant.action)
        if action is not None:
            same = (action.target, action.server, action.template) == (
                warrant.target,
                warrant.server,
                warrant.template,
            )
            self._that(same, f"{name} touches another thing than was proposed")
        self._begun[name] = None

    def unrouted(self) -> tuple[str, ...]:
        """Alerts that were raised and that no incident was told of: a cursor skipped them."""
        told = {fingerprint: list(places) for fingerprint, places in self.books.told.items()}
        lost = []
        for fingerprint, position in self.books.raised:
            after = [place for place in told.get(fingerprint, ()) if place > position]
            if after:
                told[fingerprint].remove(after[0])
            else:
                lost.append(f"{fingerprint} raised at {position}")
        return tuple(lost)

    def unfinished(self) -> tuple[str, ...]:
        """Incidents that are neither closed nor with a person, and actions that are not closed."""
        books = self.books
        incidents = [name for name in books.incidents if name not in books.over]
        actions = [name for name in books.proposed if name not in books.closed_actions]
        return (*(f"incident {name}" for name in incidents), *(f"action {n}" for n in actions))

    def _that(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.violations.append(f"at {self.books.position}: {otherwise}")

    def _gap_free(self, entry: Entry) -> None:
        books = self.books
        books.position += 1
        books.revisions[entry.stream] += 1
        self._that(
            entry.position == books.position, f"position {entry.position} where a gap would be"
        )
        self._that(
            entry.revision == books.revisions[entry.stream],
            f"{entry.stream} revision {entry.revision} after {books.revisions[entry.stream] - 1}",
        )

    def _minted(self, body: WarrantMinted, entry: Entry) -> None:
        books, warrant = self.books, body.warrant
        name = warrant.id
        self._that(name not in books.minted, f"{name} is minted twice")
        again = [m for m in books.minted.values() if m.warrant.action == warrant.action]
        self._that(not again, f"a second warrant for action {warrant.action}")
        self._that(not books.killed, f"{name} is minted while the kill switch is engaged")
        self._that(warrant.kill_epoch == books.kill_epoch, f"{name} is of another kill epoch")
        if entry.actor != self._rival:
            self._ours(body)
        self._not_too_much_at_once(body)
        books.minted[name] = body
        root = books.root(warrant.incident)
        books.autonomous[root] += body.autonomous
        self._that(
            books.autonomous[root] <= MOST_ACTIONS,
            f"action {books.autonomous[root]} of incident {root}",
        )

    def _ours(self, body: WarrantMinted) -> None:
        """What holds of the program's own warrants, beside what holds of every agent's."""
        books, warrant = self.books, body.warrant
        name, action = warrant.id, books.action(warrant.action)
        self._that(warrant.action in books.recorded, f"{name} is minted without a change record")
        self._that(warrant.action not in books.forbidden, f"{name} is minted though a gate forbids")
        self._that(warrant.incident not in books.over, f"{name} after its incident was over")
        if action is None:
            self._that(False, f"{name} is for an action that nobody proposed")
        else:
            self._permitted(body, action)

    def _permitted(self, body: WarrantMinted, action: Action) -> None:
        books, name = self.books, body.warrant.id
        proposed = books.proposed[action.id]
        opened = books.incidents.get(action.incident)
        if not body.autonomous:
            granted = books.approved.get(action.id)
            self._that(granted == action.digest, f"{name} without a person's yes to this digest")
            return
        level = books.levels.get((action.runbook, action.server_class))
        self._that(level in MAY_ACT, f"{name} acts by itself at level {level}")
        self._that(proposed.autonomous, f"{name} acts by itself where a person has to be asked")
        if opened is not None:
            self._that(not opened.source_lost, f"{name} acts on a lost source")

    def _not_too_much_at_once(self, body: WarrantMinted) -> None:
        busy = self.books.in_flight()
        target, group = body.warrant.target, self._groups.get(body.warrant.target)
        for other in busy:
            theirs = other.warrant.target
            self._that(theirs != target, f"two actions on {target} at once")
            same = group is not None and self._groups.get(theirs) == group and theirs != target
            self._that(not same, f"two replicas of {group} at once: {theirs}, {target}")
        if body.autonomous:
            servers = {m.warrant.server for m in busy if m.server_class == body.server_class}
            servers.add(body.warrant.server)
            allowed = max(1, int(self._sizes[body.server_class] * CLASS_SHARE))
            self._that(
                len(servers) <= allowed, f"{len(servers)} of class {body.server_class} at once"
            )

    def _spent(self, body: WarrantSpent, entry: Entry) -> None:
        books, name = self.books, body.warrant
        minted = books.minted.get(name)
        self._that(name not in books.spent, f"{name} is spent twice")
        self._that(not books.killed, f"{name} is spent while the kill switch is engaged")
        self._that(name not in books.settled, f"{name} is spent after it was settled")
        if minted is None:
            self._that(False, f"{name} is spent and was never minted")
        else:
            self._that(
                minted.warrant.kill_epoch == books.kill_epoch, f"{name} is spent after a kill"
            )
            lapsed = entry.at > minted.warrant.start_before + CLOCKS_APART
            self._that(not lapsed, f"{name} is spent after its time")
        books.spent[name] = entry.position

    def _settled(self, body: WarrantSettled, _: Entry) -> None:
        books, name = self.books, body.warrant
        self._that(name in books.minted, f"{name} is settled and was never minted")
        good = body.outcome is WarrantOutcome.SUCCEEDED
        self._that(name in books.spent or not good, f"{name} succeeded unspent")
        books.settled.setdefault(name, body.outcome)

    def _engaged(self, _: KillEngaged, __: Entry) -> None:
        self.books.killed = True
        self.books.kill_epoch += 1

    def _released(self, _: KillReleased, entry: Entry) -> None:
        self._that(entry.actor.kind is ActorKind.PERSON, "the kill switch released by no person")
        self.books.killed = False

    def _granted(self, body: LevelGranted, entry: Entry) -> None:
        self._that(entry.actor.kind is ActorKind.PERSON, "a level granted by no person")
        self.books.levels[body.runbook, body.server_class] = body.level

    def _proposed(self, body: ActionProposed, entry: Entry) -> None:
        self._that(entry.revision == 1, f"{entry.stream} is proposed twice")
        self.books.proposed[body.action.id] = body

    def _judged(self, body: ActionJudged, entry: Entry) -> None:
        forbids = any(verdict.ruling is Ruling.REFUSED for verdict in body.verdicts)
        change = self.books.forbidden.add if forbids else self.books.forbidden.discard
        change(_id(entry))

    def _approved(self, body: ApprovalGranted, entry: Entry) -> None:
        self._that(entry.actor.kind is ActorKind.PERSON, f"{entry.stream} approved by no person")
        self.books.approved[_id(entry)] = body.digest

    def _recorded(self, body: ChangeRecordOpened, _: Entry) -> None:
        self._that(body.action not in self.books.recorded, f"two change records: {body.action}")
        self.books.recorded[body.action] = body.record

    def _intended(self, body: LaunchRequested, entry: Entry) -> None:
        self.books.intended[body.warrant.id] = _id(entry)

    def _job(self, body: JobFinished, entry: Entry) -> None:
        name = _id(entry)
        self._that(name not in self.books.jobs, f"two ends of the job of {name}")
        self.books.jobs[name] = body.succeeded

    def _action_closed(self, body: ActionClosed, entry: Entry) -> None:
        books, name = self.books, _id(entry)
        self._that(name not in books.closed_actions, f"{name} is closed twice")
        good = body.outcome is ActionOutcome.SUCCEEDED
        self._that(not good or books.jobs.get(name) is True, f"{name} succeeded without a job")
        books.closed_actions[name] = body.outcome

    def _opened(self, body: IncidentOpened, entry: Entry) -> None:
        books = self.books
        twice = [
            name
            for name, other in books.incidents.items()
            if name not in books.closed
            and (other.alert, other.source_lost) == (body.alert, body.source_lost)
            and not self._another_fault(name, other, body)
        ]
        self._that(not twice, f"two open incidents for {body.alert or body.source_lost}")
        books.incidents[_id(entry)] = body
        books.told[body.alert].append(entry.position)

    def _another_fault(self, name: str, other: IncidentOpened, body: IncidentOpened) -> bool:
        """What joins an alert whose incident a person has already, and is none of its faults."""
        mine = {anomaly.series for anomaly in other.anomalies}
        new = {anomaly.series for anomaly in body.anomalies}
        return self.books.over.get(name) == "escalated" and bool(new) and not mine & new

    def _joined(self, body: AlertJoined, entry: Entry) -> None:
        self.books.told[body.fingerprint].append(entry.position)

    def _raised(self, body: AlertRaised, entry: Entry) -> None:
        self.books.raised.append((body.fingerprint, entry.position))

    def _escalated(self, _: IncidentEscalated, entry: Entry) -> None:
        name = _id(entry)
        self._that(name not in self.books.over, f"incident {name} ends twice")
        self.books.over[name] = "escalated"

    def _closed(self, _: IncidentClosed, entry: Entry) -> None:
        name = _id(entry)
        self._that(name not in self.books.closed, f"incident {name} is closed twice")
        self.books.closed[name] = entry.position
        self.books.over.setdefault(name, "closed")

    _checks: ClassVar[dict[type, Callable[["Invariants", Any, Entry], None]]] = {
        WarrantMinted: _minted,
        WarrantSpent: _spent,
        WarrantSettled: _settled,
        KillEngaged: _engaged,
        KillReleased: _released,
        LevelGranted: _granted,
        ActionJudged: _judged,
        ActionProposed: _proposed,
        ApprovalGranted: _approved,
        ChangeRecordOpened: _recorded,
        LaunchRequested: _intended,
        JobFinished: _job,
        ActionClosed: _action_closed,
        IncidentOpened: _opened,
        AlertJoined: _joined,
        AlertRaised: _raised,
        IncidentEscalated: _escalated,
        IncidentClosed: _closed,
    }


def _id(entry: Entry) -> str:
    return entry.stream.partition("/")[2]
