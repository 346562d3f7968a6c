"""Any value that a type of the domain allows: by its fields, all the way down."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda since: BEGINNING + since)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: INSTANTS,
    type(None): st.none(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type: a plain one, a closed word, a union, a tuple, a mapping, a dataclass."""
    if kind not in _PLAIN:
        _PLAIN[kind] = _made(kind)
    return _PLAIN[kind]


def _made(kind: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return st.one_of(*(values(one) for one in arguments))
    if origin is tuple and arguments[-1] is ...:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(one) for one in arguments))
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=3)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return st.builds(made, **{f.name: values(hints[f.name]) for f in fields(kind)})
    assert issubclass(kind, StrEnum), f"nobody knows what a {kind} may be"
    return st.sampled_from(list(kind))
