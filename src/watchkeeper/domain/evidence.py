"""Evidence: one answered question about the estate, citable by its id."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Question(StrEnum):
    """What can be asked while an incident is investigated."""

    SERVICE_STATE = "service_state"  # does it answer its probe, are its processes alive
    READINGS = "readings"  # what the metric sources say now
    ERROR_LINES = "error_lines"  # what its logs say
    RECENT_CHANGES = "recent_changes"  # what was deployed or changed in the last 4 h
    SIMILAR_INCIDENTS = "similar_incidents"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question about one configuration item."""

    id: str  # stable within the incident: "E1", "E2", …
    question: Question
    item: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A number that evidence holds, in a closed vocabulary.

    ``probe_success``, ``alive_processes`` …

    ``about`` names another item where the fact is about a relation.
    """

    name: str
    value: float
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """An answer.

    ``available`` False: the source could not be asked, and ``reason`` says why in a word.
    """

    id: str
    question: Question
    item: str
    source: str
    at: datetime
    available: bool
    reason: str = ""
    facts: tuple[Fact, ...] = ()
    text: str = ""  # digest of the blob with lines, queries and summary; empty: none

    def fact(self, name: str, about: str | None = None) -> float | None:
        """The value of a fact, or None when this piece does not hold it."""
        for fact in self.facts:
            if fact.name == name and about in (None, fact.about):
                return fact.value
        return None
