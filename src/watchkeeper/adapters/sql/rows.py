"""Between rows of the ``streams`` table and folds."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from watchkeeper.domain.appending import Folded, state_bytes
from watchkeeper.domain.entry import AnyFold
from watchkeeper.domain.record import decoded
from watchkeeper.ports.journal import Held

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(value: int) -> datetime:
    """The instant that ``micros`` wrote."""
    return _EPOCH + timedelta(microseconds=value)


def folded_of(row: Row[Any], folds: Mapping[str, AnyFold]) -> Folded:
    """A row of ``streams`` as a fold; its state only where the fold is known."""
    fold = folds.get(row.prefix)
    state = decoded(row.state, fold.state) if fold is not None and row.state else None
    return Folded(
        stream=row.stream,
        prefix=row.prefix,
        revision=row.revision,
        wake_at=instant_of(row.wake_at) if row.wake_at is not None else None,
        open=row.open,
        readable=row.readable,
        state=state,
    )


def stream_values(folded: Folded) -> dict[str, Any]:
    """A fold as the values of its row."""
    return {
        "stream": folded.stream,
        "prefix": folded.prefix,
        "revision": folded.revision,
        "wake_at": micros(folded.wake_at) if folded.wake_at is not None else None,
        "open": folded.open,
        "readable": folded.readable,
        "state": state_bytes(folded),
    }


def held_of(folded: Folded) -> Held:
    """A fold as the port hands it out."""
    return Held(
        stream=folded.stream,
        revision=folded.revision,
        state=folded.state,
        readable=folded.readable,
    )
