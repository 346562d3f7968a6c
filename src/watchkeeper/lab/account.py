"""The account of a demo: what was told, for programs and for whoever asks whether it came true."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.lab.chronicle import Chronicle, cause_of
from watchkeeper.lab.telling import Line, Screen

Told = dict[str, object]


@dataclass
class StoryTold:
    """One story: its lines, what became of it, and what was missing (empty: it came true)."""

    title: str
    what: str
    lines: list[Line] = field(default_factory=list)
    incidents: tuple[IncidentState, ...] = ()
    actions: tuple[ActionState, ...] = ()
    missing: str = ""

    def ended(self, chronicle: Chronicle, missing: str = "") -> None:
        """Keep how the journal leaves it."""
        self.incidents, self.actions = chronicle.incidents, chronicle.actions
        self.missing = missing

    def body(self) -> Told:
        """The story in plain values."""
        return {
            "title": self.title,
            "what": self.what,
            "came_true": not self.missing,
            "missing": self.missing or None,
            "incidents": [_incident(incident, self.actions) for incident in self.incidents],
            "lines": [_line(line) for line in self.lines],
        }


class Account:
    """Passes everything on to the screen, and keeps it."""

    def __init__(self, screen: Screen) -> None:
        self.stories: list[StoryTold] = []
        self.facts: Told = {}  # of the whole demo
        self.troubles: list[str] = []  # of the program or its journal, beside any story
        self._screen = screen

    @property
    def came_true(self) -> bool:
        """Whether every story did, the program had no trouble and its journal is as written."""
        return bool(self.stories) and not self.troubles and not any(s.missing for s in self.stories)

    def body(self) -> Told:
        """All of it in plain values."""
        return {
            "came_true": self.came_true,
            **self.facts,
            "troubles": self.troubles,
            "stories": [story.body() for story in self.stories],
        }

    def words(self, text: str = "") -> None:
        """A line of plain words: only for the screen."""
        self._screen.words(text)

    def headline(self, title: str, what: str) -> None:
        """A story begins."""
        self.stories.append(StoryTold(title=title, what=what))
        self._screen.headline(f"{len(self.stories)}  {title}", what)

    def line(self, line: Line) -> None:
        """A line of the story that is being told."""
        if self.stories:
            self.stories[-1].lines.append(line)
        self._screen.line(line)

    def passing(self, text: str) -> None:
        """What lasts, while it does: only for the screen."""
        self._screen.passing(text)


def _incident(incident: IncidentState, actions: tuple[ActionState, ...]) -> Told:
    return {
        "id": incident.id,
        "type": incident.incident_type,
        "severity": incident.priority.value if incident.priority else None,
        "phase": incident.phase.value,
        "cause": cause_of(incident) or None,
        "confidence": as_ratio(incident.confidence.stated) if incident.confidence else None,
        "resolution": incident.resolution.value if incident.resolution else None,
        "escalation": incident.escalation.value if incident.escalation else None,
        "actions": [_action(state) for state in actions if _of(state) == incident.id],
    }


def _of(state: ActionState) -> str:
    return state.action.incident if state.action else ""


def _action(state: ActionState) -> Mapping[str, object]:
    action = state.action
    return {
        "id": action.id if action else None,
        "step": action.step if action else None,
        "target": action.target if action else None,
        "approved_by": state.approved_by or None,
        "outcome": state.outcome.value if state.outcome else None,
    }


def _line(line: Line) -> Told:
    return {
        "at": line.at.isoformat(timespec="seconds"),
        "what": line.what,
        "says": line.says,
        "position": line.position,
        "incident": line.incident or None,
    }
