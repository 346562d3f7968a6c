"""What waits for a person, and everything that person has to see before answering."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.events.actions import ActionJudged, ApprovalGranted, action_stream
from watchkeeper.domain.runbook import Step
from watchkeeper.domain.verdict import Verdict
from watchkeeper.engine.intents import whole_stream
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.asking import Asking
from watchkeeper.interfaces.views.grounds import grounds
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import at, at_or_none
from watchkeeper.interfaces.views.subject import Subject
from watchkeeper.ports.journal import Journal


class NoSuchAction(NotThere):
    """There is no such action; `watchkeeper approvals list` shows what waits for a person."""


async def approval_list(journal: Journal) -> list[View]:
    """The actions that wait for an answer, oldest first."""
    held = await journal.open_streams("action")
    states: list[ActionState] = [each.state for each in held if each.readable]
    waiting = [s for s in states if s.asks]
    return [approval_view(s, s.action) for s in waiting if s.action is not None]


def approval_view(state: ActionState, action: Action) -> View:
    """One question in a line. ``digest`` is what an approval signs."""
    return {
        "id": action.id,
        "incident": action.incident,
        "runbook": action.runbook,
        "step": action.step,
        "target": action.target,
        "server": action.server,
        "expires_at": at_or_none(state.expires_at),
        "digest": action.digest,
    }


async def action_story(journal: Journal, identifier: str, subject: Subject | None = None) -> View:
    """An action with all that a person has to see before answering. Raises NoSuchAction.

    ``subject`` None: the estate and the runbooks cannot be read, and what they would tell is left
    out.
    """
    held = await journal.held(action_stream(identifier))
    if held is None or not held.readable or held.state.action is None:
        raise NoSuchAction(identifier)
    state: ActionState = held.state
    action: Action = held.state.action
    return {
        **approval_view(state, action),
        "phase": state.phase.value,
        "outcome": state.outcome.value if state.outcome else None,
        "server_class": action.server_class,
        "verb": action.verb.value,
        "template": action.template,
        "template_digest": action.template_digest,
        "parameters": {name: list(values) for name, values in action.parameters},
        "timeout_seconds": action.timeout_seconds,
        "confidence": as_ratio(action.confidence),
        "proposed_at": at_or_none(state.proposed_at),
        "approved_by": state.approved_by or None,
        "change_record": state.change_record or None,
        "question": _question(state.asking),
        "preconditions": [{"check": name, "entry": entry} for name, entry in state.cited],
        **await grounds(journal, action),
        **(_around(action, subject) if subject else {}),
        "gates": [_gate(verdict) for verdict in state.verdicts],
    }


def _question(asking: Asking) -> View:
    """Who has to say yes, who has, and the state that it is bound to."""
    return {
        "needed": asking.needed,
        "yes": list(asking.yes),
        "barred": list(asking.barred),
        "delegates": list(asking.delegates),
        "asked": asking.group or "every approver",
        "single_person": asking.single_person,
        "plan": asking.plan or None,
        "bound_to": dict(asking.shown),
    }


def _around(action: Action, subject: Subject) -> View:
    """Where it runs, what goes down with it, and every step of the run that it is one of."""
    graph, runbook = subject.estate, subject.runbooks.get(action.runbook)
    server = graph.servers.get(action.server)
    touched = [service.name for service in graph.touched(action.target)]
    needing = dict.fromkeys(name for each in touched for name in graph.dependants(each))
    return {
        "address": (server.address or "this host") if server else None,
        "criticality": graph.criticality_of(action.target).value,
        "blast_radius": {"touches": touched, "depend_on_it": list(needing)},
        "steps": [_step(step, action) for step in runbook.steps] if runbook else [],
    }


def _step(step: Step, action: Action) -> View:
    return {
        "id": step.id,
        "title": step.title,
        "runs": step.template.name if step.template else f"check {step.check}",
        "undone_by": step.inverse or None,
        "this_one": step.id == action.step,
    }


async def gate_walks(journal: Journal, identifier: str) -> View:
    """Every time an action was judged, and what each gate said. Raises NoSuchAction."""
    entries = await whole_stream(journal, action_stream(identifier))
    if not entries:
        raise NoSuchAction(identifier)
    walks = [(entry, entry.body) for entry in entries if isinstance(entry.body, ActionJudged)]
    approved = [e.position for e in entries if isinstance(e.body, ApprovalGranted)]
    return {
        "id": identifier,
        "walks": [
            {
                "position": entry.position,
                "at": at(entry.at),
                "when": _when(judged, entry.position, approved),
                "ruling": judged.ruling.value,
                "notify": judged.notify,
                "gates": [_gate(verdict) for verdict in judged.verdicts],
            }
            for entry, judged in walks
        ],
    }


def _when(judged: ActionJudged, position: int, approved: list[int]) -> str:
    """Which of the three times it was."""
    if judged.minting:
        return "minting"
    return "approval" if approved and position > approved[0] else "proposal"


def _gate(verdict: Verdict) -> View:
    return {
        "rule": verdict.rule,
        "ruling": verdict.ruling.value,
        "reason": verdict.reason,
        "saw": dict(verdict.saw),
    }
