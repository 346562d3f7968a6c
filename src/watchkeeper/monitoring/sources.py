"""Sources lost and found again: told once each, and nothing of a lost one is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered, source_stream
from watchkeeper.domain.metric import UP
from watchkeeper.monitoring.columns import Mask
from watchkeeper.monitoring.gather import Answer
from watchkeeper.monitoring.numbers import Pace
from watchkeeper.monitoring.presence import Frame
from watchkeeper.monitoring.source_fold import SourceState
from watchkeeper.ports.journal import Held

ABSENT = "absent"  # it answers, and most of whom it knew are gone


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a cycle found out about its sources.

    ``believed`` has shape (sources,): False where nothing may be judged by this source's silence or
    words. ``failures`` are cycles in a row, by source.
    """

    believed: Mask
    failures: Mapping[str, int]
    reasons: Mapping[str, str]


def health(
    answers: Sequence[Answer],
    frame: Frame,
    failures: Mapping[str, int],
    pace: Pace,
) -> Health:
    """Which sources failed in this cycle, and for how many cycles in a row now."""
    reasons = {
        answer.source: reason
        for index, answer in enumerate(answers)
        if (reason := _failure(index, answer, frame, failures.get(answer.source, 0), pace))
    }
    return Health(
        believed=np.array([answer.source not in reasons for answer in answers], dtype=np.bool_),
        failures={source: failures.get(source, 0) + 1 for source in reasons},
        reasons=reasons,
    )


def _failure(index: int, answer: Answer, frame: Frame, before: int, pace: Pace) -> str:
    if answer.readings is None:
        return answer.reason
    owned = frame.presence.owner == index
    asked_all = bool(np.any(owned)) and bool(np.all(frame.expected[owned]))
    if asked_all and not answer.readings.series:
        return ABSENT
    return ABSENT if _mass_vanished(frame, owned, before, pace) else ""


def _mass_vanished(frame: Frame, owned: Mask, before: int, pace: Pace) -> bool:
    """More than a fifth of its servers gone within two cycles: it is the source, not them."""
    servers = owned & frame.presence.of_metric(UP.name)
    absent = frame.presence.absent[servers]
    going = int(np.count_nonzero((absent >= 1) & (absent <= before + pace.vanished_after_cycles)))
    return going >= pace.mass_vanish_least and going > pace.mass_vanish_ratio * len(absent)


def told(
    answers: Sequence[Answer], found: Health, held: Mapping[str, Held], pace: Pace
) -> tuple[Draft, ...]:
    """What has to be said into ``source/<name>``; ``held`` are those streams by name."""
    drafts = []
    for answer in answers:
        stream = source_stream(answer.source)
        known = held.get(stream)
        if known is not None and not known.readable:
            continue
        state: SourceState = known.state if known else SourceState()
        body = _said(answer.source, state, found, pace)
        if body is not None:
            drafts.append(Draft(stream=stream, body=body, expected=known.revision if known else 0))
    return tuple(drafts)


def _said(
    source: str, state: SourceState, found: Health, pace: Pace
) -> SourceLost | SourceRecovered | None:
    failures = found.failures.get(source, 0)
    if not state.lost and failures >= pace.lost_after_cycles:
        return SourceLost(source=source, reason=found.reasons[source])
    if state.lost and not failures:
        return SourceRecovered(source=source)
    return None
