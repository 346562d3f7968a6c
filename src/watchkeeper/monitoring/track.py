"""A track: one rule followed over all series it concerns, cycle by cycle."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.threshold import Persistence
from watchkeeper.monitoring.columns import Floats, Mask, grown
from watchkeeper.monitoring.roster import Rows


class Standing(StrEnum):
    """How a series stands with a rule now. Unknown is neither good nor bad."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Track:
    """All columns have shape (len(rows),); ``rows`` ascend.

    ``bits`` hold the last cycles, newest lowest, 1 = bad; ``since`` is when the present run of
    badness began (unix seconds, NaN: there is none). ``bad`` and ``known`` are this cycle's.
    """

    rule: str
    kind: AnomalyKind
    persistence: Persistence
    rows: Rows
    bits: NDArray[np.uint32]
    since: Floats
    bad: Mask
    known: Mask

    def standing(self, row: int) -> Standing:
        """How one row stands; unknown when the track does not follow it."""
        place = int(np.searchsorted(self.rows, row))
        if place == len(self.rows) or self.rows[place] != row or not self.known[place]:
            return Standing.UNKNOWN
        return Standing.BAD if self.bad[place] else Standing.GOOD

    def persistent(self, now: float) -> NDArray[np.intp]:
        """The places that are bad now and have been for long enough."""
        if not self.bad.any():
            return np.empty(0, dtype=np.intp)
        often = np.bitwise_count(self.bits) >= self.persistence.bad
        long = now - self.since >= self.persistence.seconds
        return np.flatnonzero(self.bad & often & long)


Tracks = Mapping[str, Track]  # by rule


def opened(rule: str, kind: AnomalyKind, persistence: Persistence) -> Track:
    """A track that follows nothing yet."""
    nothing = np.empty(0, dtype=np.bool_)
    return Track(
        rule=rule,
        kind=kind,
        persistence=persistence,
        rows=np.empty(0, dtype=np.intp),
        bits=np.empty(0, dtype=np.uint32),
        since=np.empty(0),
        bad=nothing,
        known=nothing,
    )


def covering(track: Track, rows: Rows) -> Track:
    """The track with the new rows at its end; ``rows`` begins with the track's own."""
    length = len(rows)
    if length == len(track.rows):
        return track
    return replace(
        track,
        rows=rows,
        bits=grown(track.bits, length, 0),
        since=grown(track.since, length, np.nan),
        bad=grown(track.bad, length, False),
        known=grown(track.known, length, False),
    )


def advanced(track: Track, bad: Mask, known: Mask, now: float) -> Track:
    """One cycle on. Where nothing is known, nothing is counted, neither as bad nor as good."""
    if not len(track.rows):
        return track
    window = np.uint32((1 << track.persistence.of) - 1)
    counted = ((track.bits << np.uint32(1)) | (bad & known)) & window
    bits = np.where(known, counted, track.bits).astype(np.uint32)
    begun = np.where(np.isnan(track.since) & bad & known, now, track.since)
    return replace(
        track, bits=bits, since=np.where(bits == 0, np.nan, begun), bad=bad & known, known=known
    )


def resting(track: Track) -> Track:
    """A cycle in which the rule did not look: what was bad is, and nothing new is known."""
    return replace(track, known=np.zeros_like(track.known))


def ended(track: Track, over: Mask) -> Track:
    """What is over, seen between two looks of the rule: good, known to be so, counted no more."""
    return replace(
        track,
        bits=np.where(over, 0, track.bits).astype(np.uint32),
        since=np.where(over, np.nan, track.since),
        bad=track.bad & ~over,
        known=track.known | over,
    )


def restarted(track: Track) -> Track:
    """The same rows with nothing counted: after a jump of the clock."""
    return replace(track, bits=np.zeros_like(track.bits), since=np.full_like(track.since, np.nan))


def kept(track: Track, keep: Mask, renumbered: Rows) -> Track:
    """Only the roster rows that ``keep`` marks, under their new numbers (both by old row)."""
    mine = keep[track.rows]
    return replace(
        track,
        rows=renumbered[track.rows[mine]],
        bits=track.bits[mine],
        since=track.since[mine],
        bad=track.bad[mine],
        known=track.known[mine],
    )
