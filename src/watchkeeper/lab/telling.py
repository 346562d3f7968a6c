"""One line of the story: when, what, and in words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Tone(StrEnum):
    """How a line is meant."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    ASKS = "asks"  # a person, or waits for one
    WORLD = "world"  # done to the pretend world: nobody tells the watch


@dataclass(frozen=True, kw_only=True)
class Line:
    """``position`` is that of the entry which says so; None: it is no entry's word."""

    at: datetime
    what: str
    says: str
    tone: Tone = Tone.PLAIN
    position: int | None = None
    incident: str = ""


class Screen(Protocol):
    """Where a demo is told."""

    def words(self, text: str = "") -> None:
        """A line of plain words."""

    def headline(self, title: str, what: str) -> None:
        """A story begins."""

    def line(self, line: Line) -> None:
        """A line of it."""

    def passing(self, text: str) -> None:
        """What lasts, while it does; the next thing that is told takes its place."""
