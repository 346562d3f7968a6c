"""What the journal says of the watch's alerts and sources.

It is asked every cycle, so that a restart, a lost race or another worker changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from watchkeeper.domain.events.alerts import alert_stream
from watchkeeper.domain.events.sources import source_stream
from watchkeeper.monitoring.deduplicate import Active, News, Turn
from watchkeeper.monitoring.numbers import OWN_SOURCE
from watchkeeper.ports.journal import Held


class Streams(Protocol):
    """As much of the journal as the watch reads."""

    async def held(self, stream: str) -> Held | None:
        """A stream's fold, or None when nothing was ever said in it."""

    async def open_streams(self, prefix: str) -> tuple[Held, ...]:
        """All streams of the prefix in which something may still happen."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """This room's active alerts, and its sources' streams by name."""

    active: tuple[Active, ...]
    sources: Mapping[str, Held]


async def recall(streams: Streams, sources: Iterable[str]) -> Told:
    """What has been told and is not over."""
    active = tuple(
        Active(state=held.state, revision=held.revision)
        for held in await streams.open_streams("alert")
        if held.readable and held.state.source == OWN_SOURCE
    )
    heads = {name: await streams.held(name) for name in map(source_stream, sources)}
    return Told(active=active, sources={name: held for name, held in heads.items() if held})


async def placed(streams: Streams, news: Iterable[News]) -> tuple[News, ...]:
    """The news with the revisions of the streams that are raised again.

    A stream that holds something newer than this program, or that is active already, is left alone.
    """
    found = []
    for one in news:
        if one.turn is not Turn.RAISED:
            found.append(one)
            continue
        held = await streams.held(alert_stream(one.alert.fingerprint))
        if held is None:
            found.append(one)
        elif held.readable and not held.state.active:
            found.append(replace(one, expected=held.revision))
    return tuple(found)
