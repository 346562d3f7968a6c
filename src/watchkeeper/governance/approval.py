"""What a yes takes: how many persons, which not, and the state that the question is bound to."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import actor
from watchkeeper.domain.estate import Criticality
from watchkeeper.domain.runbook import CheckOutcome, VerbClass
from watchkeeper.governance.citations import cited
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import FOUR_EYES
from watchkeeper.governance.people import People, Role
from watchkeeper.knowledge.health import Health

_HIGH = (Criticality.HIGH, Criticality.CRITICAL)

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ApprovalRules:
    """What an operator sets about approvals."""

    people: People = field(default_factory=People)
    escalation: tuple[str, ...] = ()  # groups that are asked one after the other
    four_eyes: frozenset[str] = frozenset()  # classes where every yes takes two persons


@dataclass(frozen=True, kw_only=True)
class Question:
    """How it is asked."""

    needed: int = 1
    barred: tuple[str, ...] = ()
    single_person: bool = False


def high_risk(action: Action, context: Context, rules: ApprovalRules) -> bool:
    """Whether one person's word is not enough."""
    return (
        action.verb is not VerbClass.REVERSIBLE
        or context.estate.criticality_of(action.target) in _HIGH
        or action.server_class in rules.four_eyes
    )


def question(
    action: Action, context: Context, rules: ApprovalRules, authors: tuple[str, ...]
) -> Question:
    """Who has to say yes. ``authors`` are persons who changed what would run.

    Of high risk it takes two, neither of whom let it come about; where only one person may
    approve at all, that one, with a reason and after a while.
    """
    if not high_risk(action, context, rules):
        return Question()
    if len(rules.people.holding(Role.APPROVER)) < FOUR_EYES:
        return Question(single_person=True)
    grants = context.authority.grants
    granted = tuple(
        grant.by
        for grant in grants
        if (grant.runbook, grant.server_class) == (action.runbook, action.server_class)
    )
    barred = tuple(sorted({actor(name).name for name in (*granted, *authors)}))
    return Question(needed=FOUR_EYES, barred=barred)


def shown(action: Action, context: Context) -> Facts:
    """The state of the target as the person who is asked sees it."""
    board, graph = context.health, context.estate
    health = tuple(
        (f"health of {service.name}", board.of(graph, service.name).health.value)
        for service in graph.touched(action.target)
    )
    server = graph.servers.get(action.server)
    return (
        ("address", (server.address or "this host") if server else "not in the estate"),
        *health,
        ("preconditions", ", ".join(_confirmed(action, context))),
        ("silent sources", ", ".join(context.lost_sources)),
    )


def _confirmed(action: Action, context: Context) -> Iterator[str]:
    """The preconditions of the runbook that were answered with yes for this action."""
    wanted = context.runbook.preconditions if context.runbook else ()
    for precondition in wanted:
        answer = cited(context.citations, action, precondition.check)
        if answer is not None and answer.outcome is CheckOutcome.PASSED:
            yield precondition.check.value


def differing(then: Facts, now: Facts) -> tuple[str, ...]:
    """What is not as it was shown. What became unknown says nothing against it."""
    present = dict(now)
    return tuple(
        name
        for name, value in then
        if present.get(name, "gone") != value and present.get(name) != Health.UNKNOWN
    )


def plan_digest(action: Action) -> str:
    """SHA-256 over a whole runbook run as rendered: every step, its target and its values."""
    parts = (
        action.incident,
        action.runbook_digest,
        action.target,
        action.server,
        action.parameters_digest,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
