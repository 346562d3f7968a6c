"""What pydantic found wrong, as one line that names the field and never repeats its value."""

from collections.abc import Callable, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_PLAIN = {
    "extra_forbidden": "is not a known key; remove it or correct its spelling",
    "missing": "is missing; add it",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "string_pattern_mismatch": "is not written as it must be; see docs/reference",
}


def first_fault(
    error: ValidationError, named: Callable[[Sequence[int | str]], str] | None = None
) -> str:
    """``http.listen: …`` for the first fault, and how many more there are.

    ``named`` turns a location into the words that the reader of the file knows it by.
    """
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    first = faults[0]
    where = (named or dotted)(first["loc"])
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{where}: {_said(first)}{more}" if where else f"{_said(first)}{more}"


def dotted(location: Sequence[int | str]) -> str:
    """``sources[0].url``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _said(fault: ErrorDetails) -> str:
    message = fault["msg"].removeprefix("Value error, ")
    return _PLAIN.get(fault["type"], message[:1].lower() + message[1:])
