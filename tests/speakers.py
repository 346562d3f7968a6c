"""Who says what in a test's story: each body by somebody who may say it."""

from collections.abc import Sequence
from itertools import groupby

from watchkeeper.domain.blob import Blob
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry
from watchkeeper.ports.journal import Journal

_NAMES = {
    ActorKind.AGENT: "incidents",
    ActorKind.PERSON: "alice",
    ActorKind.SOURCE: "alertmanager",
    ActorKind.SYSTEM: "engine",
    ActorKind.AUTHORITY: "authority",
    ActorKind.EXECUTOR: "hands",
}


def fitting(body: Body | type[Body], by: Actor | None = None) -> Actor:
    """``by`` where that may say it, else somebody who may."""
    if by is not None and by.kind in body.said_by:
        return by
    kind = next(kind for kind in ActorKind if kind in body.said_by)
    return Actor(kind=kind, name=_NAMES[kind])


async def told(
    journal: Journal, drafts: Sequence[Draft], blobs: Sequence[Blob] = (), by: Actor | None = None
) -> tuple[Entry, ...]:
    """All of them in order, each run of one speaker's in one append."""
    written: list[Entry] = []
    for speaker, run in groupby(drafts, lambda draft: fitting(draft.body, by)):
        written += await journal.append(speaker, tuple(run), blobs)
        blobs = ()
    return tuple(written)
