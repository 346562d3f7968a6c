"""Walking the entries one by one: each against itself, all of them against every noted head."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from watchkeeper.domain.audit import Fault
from watchkeeper.domain.merkle import Frontier, leaf_hash
from watchkeeper.domain.record import Place, RecordDamaged, place_of

MOST_FAULTS = 1000

Found = tuple[Any, Any, Any, Any, Any, Any, Any]
"""A row as it lies there: position, stream, revision, kind, schema, record, leaf; texts as bytes.

A damaged file may have anything in any of them.
"""


@dataclass
class Walk:
    """What has been found so far. ``heads``: entries → the roots noted for so many."""

    heads: Mapping[int, set[bytes]]
    entries: int = 0
    expected: int = 1
    good_until: int = 0  # the newest noted head that the entries agree with
    whole: bool = True  # no entry is missing, and no interval was rewritten
    faults: list[Fault] = field(default_factory=list)
    _revisions: dict[bytes, int] = field(default_factory=dict)  # by stream
    _tree: Frontier = field(default_factory=Frontier)  # at the last noted head
    _leaves: list[bytes] = field(default_factory=list)  # since then, as they are stored
    _recomputed: dict[int, bytes] = field(default_factory=dict)  # those that the records belie

    def see(self, row: Found) -> None:
        """One more row, in order of position."""
        position, record, leaf = row[0], _bytes(row[5]), _bytes(row[6])
        if position != self.expected:
            self._out_of_place(position)
        true_leaf = leaf_hash(record)
        if true_leaf == leaf:
            self._check_columns(row, record)
        else:
            self._recomputed[len(self._leaves)] = true_leaf
            self.fault("the record does not match its leaf hash", position)
            self._believe_columns(row)
        self._leaves.append(leaf)
        self.entries += 1
        self.expected = position + 1
        if position in self.heads and self.whole:
            self._compare(position, self.heads[position])

    def fault(
        self, what: str, position: int | None = None, between: tuple[int, int] | None = None
    ) -> None:
        """Note one fault; beyond a thousand nothing more is learnt."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(what=what, position=position, between=between))

    def trees(self) -> list[Frontier]:
        """What the entries add up to: by their stored leaves and, where they differ, the records.

        One altered byte is either in a record or in its leaf; the other one still tells the truth.
        """
        trees = [self._tree.extended(self._leaves)]
        if self._recomputed:
            numbered = enumerate(self._leaves)
            leaves = [self._recomputed.get(place, leaf) for place, leaf in numbered]
            trees.append(self._tree.extended(leaves))
        return trees

    def _check_columns(self, row: Found, record: bytes) -> None:
        position, stream, revision, kind, schema, _, _ = row
        try:
            place = place_of(record)
        except RecordDamaged as damage:
            self.fault(str(damage), position)
            return
        columns = (position, stream, revision, kind, schema)
        if columns != _columns_of(place):
            self.fault("a column differs from the record", position)
        name = place.stream.encode()
        if place.revision != self._revisions.get(name, 0) + 1 and self.whole:
            self.fault(f"revision {place.revision} of its stream is out of order", position)
        self._revisions[name] = place.revision

    def _believe_columns(self, row: Found) -> None:
        """They say where a damaged record stood: what follows in its stream is not to blame."""
        _, stream, revision, *_ = row
        if isinstance(stream, bytes) and isinstance(revision, int):
            self._revisions[stream] = revision

    def _out_of_place(self, position: int) -> None:
        self.whole = False
        if position > self.expected:
            self.fault("entries are missing", between=(self.expected - 1, position - 1))
        else:
            self.fault("the entry is out of place", position)

    def _compare(self, size: int, noted: set[bytes]) -> None:
        """The entries up to here against the roots that were noted outside for so many."""
        tree = next((tree for tree in self.trees() if noted == {tree.root()}), None)
        if tree is None:
            self.whole = False
            self.fault("entries were rewritten with their leaves", between=(self.good_until, size))
            return
        self._tree, self._leaves, self._recomputed = tree, [], {}
        self.good_until = size


def _columns_of(place: Place) -> tuple[object, ...]:
    stream, kind = place.stream.encode(), place.kind.encode()
    return (place.position, stream, place.revision, kind, place.schema)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""
