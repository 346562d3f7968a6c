"""The one list of gates, and what they say together."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.context import Context
from watchkeeper.governance.gates.action_budget import action_budget
from watchkeeper.governance.gates.autonomy import autonomy
from watchkeeper.governance.gates.blast_radius import blast_radius
from watchkeeper.governance.gates.change_record import change_record
from watchkeeper.governance.gates.circuit_breaker import circuit_breaker
from watchkeeper.governance.gates.confidence import confidence
from watchkeeper.governance.gates.cool_down import cool_down
from watchkeeper.governance.gates.fitness import fitness
from watchkeeper.governance.gates.humans_at_work import humans_at_work
from watchkeeper.governance.gates.kill_switch import kill_switch
from watchkeeper.governance.gates.maintenance_window import maintenance_window
from watchkeeper.governance.gates.preconditions import preconditions
from watchkeeper.governance.gates.protected import protected
from watchkeeper.governance.gates.standing_orders import standing_orders
from watchkeeper.governance.gates.verb_table import verb_table

GATES = (
    kill_switch,
    fitness,
    circuit_breaker,
    action_budget,
    blast_radius,
    cool_down,
    humans_at_work,
    maintenance_window,
    standing_orders,
    verb_table,
    protected,
    preconditions,
    confidence,
    autonomy,
    change_record,
)


def walked(action: Action, context: Context) -> tuple[Verdict, ...]:
    """Every gate's answer, in the order of the list."""
    return tuple(gate(action, context) for gate in GATES)


def strictest(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The answer that counts; the first of equals."""
    return max(verdicts, key=lambda verdict: verdict.strictness)


def worth_waiting(verdicts: tuple[Verdict, ...]) -> bool:
    """Whether all that refuses is over soon by itself."""
    refusals = [verdict for verdict in verdicts if verdict.ruling is Ruling.REFUSED]
    return bool(refusals) and all(verdict.passing for verdict in refusals)


def may_go(verdict: Verdict, context: Context) -> bool:
    """Whether the strictest verdict lets the action go: permitted, or a person approved it."""
    if verdict.ruling is Ruling.NEEDS_PERSON:
        return context.approved
    return verdict.ruling is Ruling.PERMITTED
