"""Every journal against a model that is too simple to be wrong: lists, and a fold by hand."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tests.contract.journal.conftest import NOON
from tests.contract.journal.store import Handle, MemoryStore, SqlStore
from tests.contract.journal.tally import (
    AGENT,
    FOLDS,
    Added,
    Begun,
    Ended,
    FoldRefused,
    Tally,
    evolve,
)
from tests.rfc6962 import tree_hash
from watchkeeper.adapters.sql.rebuild import rebuild
from watchkeeper.adapters.sql.verify import verify
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.entry import Body, Draft, Entry
from watchkeeper.domain.record import NotFinite, entry_of, record_of
from watchkeeper.ports.errors import StaleRevision
from watchkeeper.ports.journal import CursorAhead, CursorMove

STREAMS = ("tally", "tally/a", "tally/ab", "tallyho/a", "unheard/a")
REFUSALS = (StaleRevision, CursorAhead, FoldRefused, NotFinite)

bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(Begun, wake_at=st.none() | st.datetimes().map(lambda at: at.replace(tzinfo=NOON.tzinfo))),
    st.builds(Added, amount=st.integers(-1, 2**53), weight=st.none() | st.floats(width=64)),
    st.builds(Ended),
)


@dataclass(frozen=True)
class Move:
    """An append to come. ``off``: by how much each draft's expectation misses; None: it has none."""

    drafts: tuple[tuple[str, Body, int | None], ...]
    cursor: tuple[int, int] | None  # how far to go on, and by how much the place seen is missed


moves = st.builds(
    Move,
    drafts=st.lists(
        st.tuples(st.sampled_from(STREAMS), bodies, st.none() | st.sampled_from([0, 0, 0, -1, 1])),
        max_size=4,
    ).map(tuple),
    cursor=st.none() | st.tuples(st.integers(-1, 4), st.sampled_from([0, 0, 0, -1, 1])),
)


@dataclass
class Model:
    """What a journal should be."""

    entries: list[tuple[str, int, Body]] = field(default_factory=list)
    cursor: int = 0
    states: dict[str, Tally] = field(default_factory=dict)

    def revision(self, stream: str) -> int:
        return sum(name == stream for name, _, _ in self.entries)
