"""The tree of RFC 6962, by the vectors that certificate transparency tests its own logs with."""

import pytest

from watchkeeper.domain.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

RECORDS = (
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(len(RECORDS) + 1))
def test_the_root_is_the_one_that_every_log_has(size: int) -> None:
    tree = Frontier().extended(leaf_hash(record) for record in RECORDS[:size])
    assert (tree.size, tree.root().hex()) == (size, ROOTS[size])


def test_an_empty_tree_has_a_root_of_its_own() -> None:
    assert Frontier().root() == EMPTY_ROOT
    assert Frontier().extended(()) == Frontier()


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_extending_leaves_the_frontier_as_it_was() -> None:
    before = Frontier().extended([leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")])
    peaks = before.peaks
    after = before.appended(leaf_hash(b"d"))
    assert (before.size, before.peaks) == (3, peaks)
    assert (after.size, len(after.peaks)) == (4, 1)
