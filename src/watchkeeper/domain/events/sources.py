"""What is said in ``source/<name>`` and, told from outside, in ``event/<name>``."""

from dataclasses import dataclass
from datetime import datetime

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import AGENTS, SOURCES


@dataclass(frozen=True, kw_only=True)
class SourceLost(Body, kind="source.lost", said_by=AGENTS):
    """A source stopped answering altogether."""

    source: str
    reason: str  # one of a few words: "refused", "timeout", "denied", "malformed"


@dataclass(frozen=True, kw_only=True)
class SourceRecovered(Body, kind="source.recovered", said_by=AGENTS):
    """A lost source answers again."""

    source: str


@dataclass(frozen=True, kw_only=True)
class EventReceived(Body, kind="event.received", said_by=SOURCES):
    """A deployment, a configuration change or another event that somebody told us."""

    source: str
    id: str  # the sender's own id: the same one twice is one event
    event: str  # "deployment", "change", "note"
    item: str
    happened_at: datetime
    details: str = ""  # digest of the blob with the rest


def source_stream(name: str) -> str:
    """Where a source's losses are told."""
    return f"source/{name}"


def event_stream(source: str) -> str:
    """Where events told by a source are kept."""
    return f"event/{source}"


def event_source(stream: str) -> str:
    """The source whose events stand in a stream."""
    return stream.removeprefix("event/")
