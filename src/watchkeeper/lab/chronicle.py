"""What the journal says has happened since a story began, added up by the program's own folds."""

from watchkeeper.domain.entry import Entry, prefix_of
from watchkeeper.governance.action_fold import ACTION_FOLD, ActionPhase, ActionState
from watchkeeper.governance.authority import AUTHORITY_FOLD, Authority
from watchkeeper.incidents.incident_fold import INCIDENT_FOLD, IncidentState, Phase


class Chronicle:
    """Incidents and actions of the story that is being told, oldest first."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.entries = 0
        self._incidents: dict[str, IncidentState] = {}
        self._actions: dict[str, ActionState] = {}
        self._earlier: frozenset[str] = frozenset()  # incidents of the stories before

    async def write(self, entry: Entry) -> None:
        """One more entry of the journal."""
        self.entries += 1
        name = entry.stream.partition("/")[2]
        match prefix_of(entry.stream):
            case "incident":
                before = self._incidents.get(name, IncidentState())
                self._incidents[name] = INCIDENT_FOLD.evolve(before, entry)
            case "action":
                state = self._actions.get(name, ActionState())
                self._actions[name] = ACTION_FOLD.evolve(state, entry)
            case "authority":
                self.authority = AUTHORITY_FOLD.evolve(self.authority, entry)

    def begin(self) -> None:
        """From here on another story."""
        self._earlier = frozenset(self._incidents)

    @property
    def incidents(self) -> tuple[IncidentState, ...]:
        """Those that were opened in this story."""
        return tuple(state for name, state in self._incidents.items() if name not in self._earlier)

    @property
    def actions(self) -> tuple[ActionState, ...]:
        """Those of this story's incidents."""
        return tuple(
            state
            for state in self._actions.values()
            if state.action is not None and state.action.incident not in self._earlier
        )

    @property
    def waiting(self) -> ActionState | None:
        """An action that a person is asked about."""
        asking = (a for a in self.actions if a.phase is ActionPhase.AWAITING_APPROVAL)
        return next(asking, None)

    @property
    def all_closed(self) -> bool:
        """Whether something happened, and all of it is over."""
        return bool(self.incidents) and all(i.phase is Phase.CLOSED for i in self.incidents)


def cause_of(incident: IncidentState) -> str:
    """The likeliest cause; empty while none is known."""
    hypotheses = incident.diagnosis.hypotheses if incident.diagnosis else ()
    return hypotheses[0].cause if hypotheses else ""
