"""What waits for a person, and everything that person has to see before answering."""

from watchkeeper.domain.action import Action
from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.events.actions import action_stream
from watchkeeper.governance.action_fold import ActionPhase, ActionState
from watchkeeper.interfaces.views.incidents import View
from watchkeeper.interfaces.views.plain import at_or_none, plain
from watchkeeper.ports.journal import Journal


class NoSuchAction(Exception):
    """There is no such action; `watchkeeper approvals list` shows what waits for a person."""


async def approval_list(journal: Journal) -> list[View]:
    """The actions that wait for an answer, oldest first."""
    held = await journal.open_streams("action")
    states: list[ActionState] = [each.state for each in held if each.readable]
    waiting = [s for s in states if s.phase is ActionPhase.AWAITING_APPROVAL]
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
        "gates": [plain(verdict) for verdict in state.verdicts],
    }
