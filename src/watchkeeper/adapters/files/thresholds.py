"""Thresholds, as a YAML file that a person may review; one is shipped with the library."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from watchkeeper.adapters.files.field_faults import first_fault
from watchkeeper.adapters.files.yaml_text import FileRefused, parse_yaml, read_text
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.threshold import (
    Exhaustion,
    Habit,
    Holds,
    Persistence,
    Side,
    Threshold,
    Thresholds,
)

SHIPPED = Path(__file__).parents[2] / "library" / "thresholds" / "static.yaml"

_HOUR = 3600.0
_METRICS = frozenset(metric.name for metric in CATALOGUE)
_WINDOW = 32  # cycles that are remembered at most

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Hours = Annotated[float, Field(gt=0, le=30 * 24, allow_inf_nan=False)]


class ThresholdsRefused(FileRefused):
    """The thresholds cannot be used. The message is one line: which rule, what, and what to do."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _For(_Written):
    cycles: Annotated[int, Field(ge=1, le=_WINDOW)] = 1
    of: Annotated[int, Field(ge=1, le=_WINDOW)] | None = None
    seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _possible(self) -> "_For":
        if self.of is not None and self.of < self.cycles:
            raise ValueError(f"{self.cycles} of {self.of} cycles can never be; give a larger `of`")
        return self

    def persistence(self) -> Persistence:
        return Persistence(bad=self.cycles, of=self.of or self.cycles, seconds=self.seconds)


class _Limits(_Written):
    warning: Number | None = None
    critical: Number | None = None

    @model_validator(mode="after")
    def _some(self) -> "_Limits":
        if self.warning is None and self.critical is None:
            raise ValueError("has no limit; give warning, critical or both")
        return self


class _OnAMetric(_Written):
    metric: str

    @model_validator(mode="after")
    def _known(self) -> "_OnAMetric":
        if self.metric not in _METRICS:
            raise ValueError(f"no such metric; there are {', '.join(sorted(_METRICS))}")
        return self


class _Rule(_OnAMetric):
    id: Id
    above: _Limits | None = None
    below: _Limits | None = None
    lasting: _For = Field(default=_For(), alias="for")
    holds: Holds
    meaning: str
    source: str

    @model_validator(mode="after")
    def _one_side(self) -> "_Rule":
        if (self.above is None) == (self.below is None):
            raise ValueError("is bad on one side; give above or below")
        limits = self._limits()
        if limits.warning is not None and limits.critical is not None:
            laxer = limits.warning > limits.critical
            if laxer is (self.above is not None):
                raise ValueError("warns beyond what is critical; swap the two limits")
        return self

    def _limits(self) -> _Limits:
        limits = self.above or self.below
        assert limits is not None, "one side is given"  # noqa: S101 held by _one_side
        return limits

    def threshold(self) -> Threshold:
        limits = self._limits()
        return Threshold(
            id=self.id,
            metric=self.metric,
            side=Side.ABOVE if self.above else Side.BELOW,
            warning=limits.warning,
            critical=limits.critical,
            persistence=self.lasting.persistence(),
            holds=self.holds,
            meaning=self.meaning,
            source=self.source,
        )


class _HabitWritten(_OnAMetric):
    bad: Side
    spread_floor: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    lasting: _For = Field(default=_For(), alias="for")

    def habit(self) -> Habit:
        return Habit(
            metric=self.metric,
            side=self.bad,
            spread_floor=self.spread_floor,
            persistence=self.lasting.persistence(),
        )


class _ExhaustionWritten(_OnAMetric):
    below: Annotated[float, Field(gt=0, le=1)]
    horizon_hours: Hours
    critical_hours: Hours

    def exhaustion(self) -> Exhaustion:
        return Exhaustion(
            metric=self.metric,
            below=self.below,
            horizon_seconds=self.horizon_hours * _HOUR,
            critical_seconds=self.critical_hours * _HOUR,
        )


class _File(_Written):
    static: tuple[_Rule, ...] = ()
    habits: tuple[_HabitWritten, ...] = ()
    exhaustion: tuple[_ExhaustionWritten, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "_File":
        _once("rule", [rule.id for rule in self.static])
        _once("habit", [habit.metric for habit in self.habits])
        _once("exhaustion", [end.metric for end in self.exhaustion])
        return self


def _once(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} is given twice; keep one")


def read_thresholds(path: Path = SHIPPED) -> Thresholds:
    """The thresholds of a file. Raises FileRefused, or ThresholdsRefused when it was readable."""
    return parse_thresholds(read_text(path), str(path))


def parse_thresholds(text: str, name: str = "static.yaml") -> Thresholds:
    """The thresholds that a text describes; ``name`` is what errors call it. Raises FileRefused."""
    said = parse_yaml(text, name)
    try:
        written = _File.model_validate({} if said is None else said)
    except ValidationError as error:
        raise ThresholdsRefused(f"{name}: {first_fault(error)}") from None
    return Thresholds(
        static=tuple(rule.threshold() for rule in written.static),
        habits=tuple(habit.habit() for habit in written.habits),
        exhaustion=tuple(end.exhaustion() for end in written.exhaustion),
    )
