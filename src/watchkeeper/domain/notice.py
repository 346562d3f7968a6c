"""A message to people: made of names and closed words only, so there is no secret in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """Why a person is told."""

    ESCALATED = "escalated"  # a person has to take over
    ASKS = "asks_for_approval"
    ACTED = "acted"
    UNFIT = "unfit"  # Watchkeeper itself is not well and has stopped acting
    FIT = "fit"
    KILLED = "kill_engaged"
    RELEASED = "kill_released"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message. ``id`` is always the same for the same thing: a receiver may drop repeats."""

    id: str
    kind: NoticeKind
    at: datetime
    text: str
    incident: str = ""
    see: str = ""  # the command that shows more
