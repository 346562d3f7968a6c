"""Two kinds of outward effect, kept apart: on the estate, and on what people read.

An effect on the estate needs a spent warrant, so the kill switch, the breaker and the budgets stand
before it. A record (a ticket, a page, a message) takes none, so none of them can ever stop it.
"""

import inspect
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from watchkeeper.domain.warrant import Spent

Owner = TypeVar("Owner")
Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")

_MARK = "__watchkeeper_effect__"
_ESTATE, _RECORD = "estate", "record"


class EffectWithoutWarrant(TypeError):
    """Whatever changes the estate takes a spent warrant, first of all."""


class RecordWithWarrant(TypeError):
    """A record takes no warrant: nothing that stops actions may stop it."""


def estate_effect(
    method: Callable[Concatenate[Owner, Spent, Rest], Answer],
) -> Callable[Concatenate[Owner, Spent, Rest], Answer]:
    """Mark a method of a port that changes the estate. Raises EffectWithoutWarrant."""
    if _hints(method)[:1] != [Spent]:
        raise EffectWithoutWarrant(EffectWithoutWarrant.__doc__)
    setattr(method, _MARK, _ESTATE)
    return method


def record(
    method: Callable[Concatenate[Owner, Rest], Answer],
) -> Callable[Concatenate[Owner, Rest], Answer]:
    """Mark a method of a port that tells people something. Raises RecordWithWarrant."""
    if takes_warrant(method):
        raise RecordWithWarrant(RecordWithWarrant.__doc__)
    setattr(method, _MARK, _RECORD)
    return method


def is_estate_effect(method: object) -> bool:
    """Whether a method of a port changes the estate."""
    return getattr(method, _MARK, "") == _ESTATE


def is_record(method: object) -> bool:
    """Whether a method of a port writes what people read."""
    return getattr(method, _MARK, "") == _RECORD


def takes_warrant(method: Callable[..., object]) -> bool:
    """Whether a spent warrant is among what a method takes, in whatever wrapping."""
    return any("Spent" in str(hint) for hint in _hints(method))


def _hints(method: Callable[..., object]) -> list[object]:
    """The types of what a method takes, itself left out."""
    taken = list(inspect.signature(method).parameters.values())[1:]
    return [each.annotation for each in taken]
