"""Warrants that are minted, spent and settled: the stream whose state is the largest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from watchkeeper.domain.entry import Body, Draft
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
    WarrantSpent,
)
from watchkeeper.domain.warrant import Warrant
from watchkeeper.governance.limits import ACTIONS_PER_HOUR, REMEMBERED

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOST_REMEMBERED = ACTIONS_PER_HOUR * (REMEMBERED // timedelta(hours=1))  # by the gates' own limits


@dataclass
class WarrantLives:
    """An endless supply of drafts, three a warrant."""

    _drafts: Iterator[Draft] = field(default_factory=lambda: _lives())

    def next(self, number: int) -> tuple[Draft, ...]:
        """So many more."""
        return tuple(islice(self._drafts, number))


def _lives() -> Iterator[Draft]:
    for number in count():
        warrant = f"01KAWARRANT{number:015d}"
        outcome = WarrantSettled(warrant=warrant, outcome=WarrantOutcome.SUCCEEDED)
        yield _said(WarrantMinted(warrant=_warrant(number), server_class="web", autonomous=True))
        yield _said(WarrantSpent(warrant=warrant))
        yield _said(outcome)


def _said(body: Body) -> Draft:
    return Draft(stream=AUTHORITY, body=body)


def _warrant(number: int) -> Warrant:
    return Warrant(
        id=f"01KAWARRANT{number:015d}",
        action=f"01KAACTION0{number:015d}",
        incident=f"01KAINCIDEN{number // 3:015d}",
        runbook="restart-dead-service",
        step="start",
        target=f"nginx@web-{number % 40:03d}",
        server=f"web-{number % 40:03d}",
        template="service-start",
        template_digest="0" * 64,
        parameters_digest="1" * 64,
        executor="ansible",
        kill_epoch=0,
        start_before=AT,
    )
