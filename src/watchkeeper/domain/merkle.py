"""The Merkle tree of RFC 6962 (section 2.1) as arithmetic.

Leaves, nodes and the moving frontier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """SHA-256(0x00‖record)."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01‖left‖right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """The roots of the complete subtrees of a tree of ``size`` leaves, largest first.

    Appending costs O(1) hashes amortised, the root O(log size); the frontier is all that has to
    be kept.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def appended(self, leaf: bytes) -> "Frontier":
        """The frontier after one more leaf hash."""
        return self.extended((leaf,))

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after more leaf hashes, in order."""
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            node, left = leaf, size
            while left & 1:  # two complete subtrees of the same size become one
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                left >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size=size, peaks=tuple(peaks))

    def root(self) -> bytes:
        """The Merkle tree hash over all leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


@dataclass(frozen=True, kw_only=True)
class TreeHead:
    """How many entries there are, and the hash over all of them."""

    size: int
    root: bytes
