"""What waits for a person, and everything that person has to see before answering."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.events.actions import ActionJudged, ApprovalGranted, action_stream
from watchkeeper.domain.verdict import Verdict
from watchkeeper.engine.intents import whole_stream
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.interfaces.views.plain import at, at_or_none
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


async def action_story(journal: Journal, identifier: str) -> View:
    """An action with what would run and what every gate says. Raises NoSuchAction."""
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
        "parameters": {name: list(values) for name, values in action.parameters},
        "confidence": as_ratio(action.confidence),
        "proposed_at": at_or_none(state.proposed_at),
        "approved_by": state.approved_by or None,
        "change_record": state.change_record or None,
        "gates": [_gate(verdict) for verdict in state.verdicts],
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
