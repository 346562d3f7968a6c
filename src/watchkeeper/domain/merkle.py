"""The Merkle tree of RFC 6962 (section 2.1) as arithmetic.

Leaves, nodes and the moving frontier.
"""

import hashlib
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(record: bytes) -> bytes:
    """SHA-256(0x00‖record)."""
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01‖left‖right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


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
        peaks = list(self.peaks)
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(peaks.pop(), node)
            size >>= 1
        peaks.append(node)
        return Frontier(size=self.size + 1, peaks=tuple(peaks))

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
