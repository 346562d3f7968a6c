"""Telling people: each message until somebody has taken it, in the journal's order.

A message is a record, not an act: no kill switch, breaker, budget or ailment holds it back.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry
from watchkeeper.domain.events.notices import NOTICES, NoticeAbandoned, NoticeDelayed, NoticeSent
from watchkeeper.domain.notice import Notice
from watchkeeper.engine.consume import Following
from watchkeeper.orchestration.notices import noticed
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import JournalFailed, SourceUnavailable
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.notifier import Notifier

log = structlog.get_logger()

NOTIFIER = Actor(kind=ActorKind.SYSTEM, name="notifier")
OLD_NEWS = timedelta(hours=24)  # a message about what is longer ago is nobody's page any more
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
MOST_REFUSALS = 8  # of one message that the receiver understands and will not have


@dataclass
class Paging:
    """Handles every entry: the message about it, if there is one, is delivered before the next."""

    notifier: Notifier
    journal: Journal
    clock: Clock
    failing_since: datetime | None = None  # since when a message waits to be taken
    _settled: dict[str, Body] = field(default_factory=dict)  # by the id of the message

    async def __call__(self, entry: Entry) -> Following:
        """What became of the message about an entry."""
        notice = noticed(entry)
        if notice is None or self.clock.now() - notice.at > OLD_NEWS:
            return Following()
        # Where the journal failed after a delivery, the entry comes again and the message must not.
        body = self._settled.get(notice.id) or await self._delivered(notice)
        self._settled = {notice.id: body}
        return Following(drafts=(Draft(stream=NOTICES, body=body),))

    async def _delivered(self, notice: Notice) -> Body:
        pause, tries = FIRST_PAUSE, 0
        while True:
            tries += 1
            try:
                await self.notifier.notify(notice)
            except SourceUnavailable as failure:
                await self._failed(notice, failure, tries)
                if failure.word == "malformed" and tries >= MOST_REFUSALS:
                    self.failing_since = None
                    return NoticeAbandoned(notice=notice.id, word=failure.word)
            else:
                self.failing_since = None
                return NoticeSent(notice=notice.id, tries=tries)
            await self.clock.sleep_until(self.clock.now() + pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _failed(self, notice: Notice, failure: SourceUnavailable, tries: int) -> None:
        """In the log each time, in the journal once a message."""
        log.warning("notice_not_delivered", notice=notice.id, tries=tries, reason=str(failure))
        self.failing_since = self.failing_since or self.clock.now()
        if tries == 1:
            said = NoticeDelayed(notice=notice.id, word=failure.word)
            try:
                await self.journal.append(NOTIFIER, (Draft(stream=NOTICES, body=said),))
            except JournalFailed as error:
                log.error("notice_not_journalled", notice=notice.id, error=str(error))
