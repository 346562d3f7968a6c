"""What is said in ``notices``: what became of the messages to people."""

from dataclasses import dataclass

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import PROCESSES

NOTICES = "notices"


@dataclass(frozen=True, kw_only=True)
class NoticeDelayed(Body, kind="notice.delayed", said_by=PROCESSES):
    """A message did not get through at the first try; it is tried again. Once a message."""

    notice: str
    word: str  # "refused", "timeout", "denied", "malformed", "absent"


@dataclass(frozen=True, kw_only=True)
class NoticeSent(Body, kind="notice.sent", said_by=PROCESSES):
    """The receiver took a message."""

    notice: str
    tries: int


@dataclass(frozen=True, kw_only=True)
class NoticeAbandoned(Body, kind="notice.abandoned", said_by=PROCESSES):
    """The receiver answered that it will not have this message, again and again."""

    notice: str
    word: str
