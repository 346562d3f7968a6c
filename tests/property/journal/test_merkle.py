"""The moving frontier against RFC 6962 word for word, and against an implementation by others."""

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tests.rfc6962 import tree_hash
from watchkeeper.domain.merkle import Frontier, leaf_hash

records = st.lists(st.binary(max_size=40), max_size=70)


@given(records, st.data())
def test_the_root_is_the_tree_hash_however_the_leaves_came_in(
    entries: list[bytes], data: st.DataObject
) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    tree = Frontier()
    while tree.size < len(leaves):
        more = data.draw(st.integers(0, len(leaves) - tree.size))
        tree = tree.extended(leaves[tree.size : tree.size + more])
        tree = tree.appended(leaves[tree.size]) if tree.size < len(leaves) else tree
    assert (tree.size, tree.root()) == (len(entries), tree_hash(entries))
    assert len(tree.peaks) == len(entries).bit_count()


@given(records)
def test_others_find_the_same_root(entries: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    tree = Frontier()
    for entry in entries:
        other.append_entry(entry)
        tree = tree.appended(leaf_hash(entry))
    assert tree.root() == other.get_root()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_any_other_leaf_is_another_root(entries: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.binary(max_size=8).filter(lambda entry: entry != entries[at]))
    changed = [*entries[:at], other, *entries[at + 1 :]]
    roots = {
        Frontier().extended(leaf_hash(entry) for entry in said).root()
        for said in (entries, changed)
    }
    assert len(roots) == 2
