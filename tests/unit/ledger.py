"""The journal on one sheet of paper: appended at once, numbered, recorded and folded as every store
does it, without a loop.

Whatever is folded has been through its record, and every state through its stored bytes.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from tests.speakers import fitting
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.appending import Folded, planned, state_bytes
from watchkeeper.domain.entry import Actor, AnyFold, Body, Draft, Entry, Unreadable
from watchkeeper.domain.merkle import Frontier
from watchkeeper.domain.record import decoded
from watchkeeper.engine.intents import unanswered


class Ledger:
    """Every stream of one story."""

    def __init__(self, folds: Sequence[AnyFold] = FOLDS) -> None:
        self.entries: list[Entry] = []
        self._folds = {fold.prefix: fold for fold in folds}
        self._folded: dict[str, Folded] = {}
        self._frontier = Frontier()

    def append(self, actor: Actor, drafts: Sequence[Draft], at: datetime) -> tuple[Entry, ...]:
        """All drafts, or none. Raises StaleRevision, MayNotSay."""
        plan = planned(
            actor,
            drafts,
            at=at,
            frontier=self._frontier,
            look=self._folded.get,
            folds=self._folds,
        )
        for folded in plan.folded.values():
            self._keep(folded)
        self._frontier = plan.frontier
        written = tuple(row.entry for row in plan.rows)
        self.entries.extend(written)
        return written

    def tell(self, drafts: Sequence[Draft], at: datetime, by: Actor | None = None) -> None:
        """All of them in order, each run of one speaker's in one append."""
        for speaker, run in groupby(drafts, lambda draft: fitting(draft.body, by)):
            self.append(speaker, tuple(run), at)

    def state(self, stream: str) -> Any:
        """What a stream's entries add up to; None where nothing was ever said."""
        folded = self._folded.get(stream)
        return folded.state if folded else None

    def revision(self, stream: str) -> int:
        folded = self._folded.get(stream)
        return folded.revision if folded else 0

    def open(self, prefix: str) -> list[str]:
        """Open streams of a prefix, by name."""
        return sorted(f.stream for f in self._folded.values() if f.prefix == prefix and f.open)

    def of(self, stream: str) -> list[Entry]:
        """The stream's entries, in order."""
        return [entry for entry in self.entries if entry.stream == stream]

    def said(self, stream: str) -> list[Body]:
        """What the stream's entries say, in order."""
        return [e.body for e in self.of(stream) if not isinstance(e.body, Unreadable)]

    def intent(self, stream: str) -> Entry | None:
        """The stream's unanswered intent; there is never more than one."""
        open_intents = unanswered(self.of(stream))
        assert len(open_intents) <= 1, open_intents
        return open_intents[0] if open_intents else None

    def _keep(self, folded: Folded) -> None:
        fold = self._folds.get(folded.prefix)
        if fold is not None:
            again = decoded(state_bytes(folded), fold.state)
            assert again == folded.state, "a state that is read back is another one"
        self._folded[folded.stream] = folded
