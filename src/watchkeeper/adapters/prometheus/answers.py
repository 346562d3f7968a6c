"""What a Prometheus API answers, as numbers.

Values come as strings, NaN and ±Inf among them. VictoriaMetrics leaves NaN points out.
"""

from typing import Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from watchkeeper.adapters.prometheus.naming import Naming
from watchkeeper.adapters.prometheus.queries import Query
from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.metric import Unit
from watchkeeper.domain.readings import Series

NAME_LIMIT = 255  # characters of an instance, mount or device: labels are untrusted text
UNLISTED_LIMIT = 10_000  # instances named as unlisted in one reading


Answer = TypeVar("Answer")


class AnswerMalformed(ValueError):
    """The answer is not what the API promises."""


class _Sample(msgspec.Struct):
    value: tuple[float, str]
    metric: dict[str, str] = {}


class _Vector(msgspec.Struct, tag_field="resultType", tag="vector"):
    result: list[_Sample]


class _Range(msgspec.Struct):
    values: list[tuple[float, str]]
    metric: dict[str, str] = {}


class _Matrix(msgspec.Struct, tag_field="resultType", tag="matrix"):
    result: list[_Range]


class _VectorAnswer(msgspec.Struct, rename="camel"):
    status: Literal["success"]
    data: _Vector
    warnings: list[str] = []
    is_partial: bool = False


class _MatrixAnswer(msgspec.Struct, rename="camel"):
    status: Literal["success"]
    data: _Matrix
    warnings: list[str] = []
    is_partial: bool = False


class _Refusal(msgspec.Struct):
    error: str = ""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One metric at one instant: the estate's rows, what nobody listed, the source's warning."""

    values: dict[Series, float]
    unlisted: tuple[str, ...]
    warning: str


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One metric over a span of columns; each row of shape (columns,), NaN where nothing came."""

    rows: dict[Series, NDArray[np.float64]]
    warning: str


def column(body: bytes, query: Query, naming: Naming) -> Column:
    """The rows of an instant query's answer, or AnswerMalformed. Pure, for the crew."""
    answer = _decoded(body, _VectorAnswer)
    worse = np.fmin if query.lowest else np.fmax
    values: dict[Series, float] = {}
    unlisted: set[str] = set()
    for sample in answer.data.result:
        instance = sample.metric.get("instance", "")
        value = within_unit(_number(sample.value[1]), query.unit)
        for series in naming.series(query.metric, instance, _part(sample.metric, query)):
            values[series] = float(worse(values.get(series, np.nan), value))
        if instance and not naming.lists(instance):
            unlisted.add(one_line(instance, NAME_LIMIT))
    few = tuple(sorted(unlisted)[:UNLISTED_LIMIT])
    return Column(values=values, unlisted=few, warning=_warning(answer))


def block(body: bytes, query: Query, naming: Naming, times: NDArray[np.float64]) -> Block:
    """The rows of a range query's answer, or AnswerMalformed. Pure, for the crew.

    ``times`` are the asked columns, shape (columns,), unix seconds, evenly spaced.
    """
    answer = _decoded(body, _MatrixAnswer)
    worse = np.fmin if query.lowest else np.fmax
    rows: dict[Series, NDArray[np.float64]] = {}
    for found in answer.data.result:
        instance = found.metric.get("instance", "")
        for series in naming.series(query.metric, instance, _part(found.metric, query)):
            row = _row(found.values, times, query.unit)
            rows[series] = worse(rows[series], row) if series in rows else row
    return Block(rows=rows, warning=_warning(answer))


def refusal(body: bytes) -> str:
    """Why the source would not answer, in its own untrusted words; empty when it does not say."""
    try:
        return msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def within_unit(value: float, unit: Unit) -> float:
    """A ratio brought back to 0–1, which extrapolating a rate can overshoot; all else as it is."""
    if unit is Unit.RATIO and np.isfinite(value):
        return min(max(value, 0.0), 1.0)
    return value


def _row(
    points: list[tuple[float, str]], times: NDArray[np.float64], unit: Unit
) -> NDArray[np.float64]:
    row = np.full(times.shape, np.nan)
    step = times[1] - times[0] if len(times) > 1 else 1.0
    for at, text in points:
        index = round((at - times[0]) / step)
        if 0 <= index < len(times):
            row[index] = within_unit(_number(text), unit)
    return row


def _part(labels: dict[str, str], query: Query) -> str:
    return one_line(labels.get(query.part, ""), NAME_LIMIT)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AnswerMalformed("a value is no number") from None


def _warning(answer: _VectorAnswer | _MatrixAnswer) -> str:
    if answer.warnings:
        return answer.warnings[0]
    return "the answer is partial" if answer.is_partial else ""


def _decoded(body: bytes, shape: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise AnswerMalformed("the answer is not what the API promises") from None
