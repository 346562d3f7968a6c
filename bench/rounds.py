"""Measuring a thing and its floor in turns, so that a busy moment falls on both."""

from collections.abc import Callable
from statistics import median

from bench.figure import Bar, Figure, Floor

Measure = Callable[[], float]  # one measurement, in the figure's unit


def in_turns(
    name: str,
    unit: str,
    measure: Measure,
    *,
    rounds: int,
    bar: Bar | None = None,
    floor: tuple[str, Measure] | None = None,
    note: str = "",
) -> Figure:
    """The median of so many rounds; each round measures the floor first, then the thing."""
    found: list[float] = []
    beneath: list[float] = []
    for _ in range(rounds):
        if floor:
            beneath.append(floor[1]())
        found.append(measure())
    return Figure(
        name=name,
        value=median(found),
        unit=unit,
        samples=rounds,
        lowest=min(found),
        highest=max(found),
        bar=bar,
        floor=Floor(what=floor[0], value=median(beneath)) if floor else None,
        note=note,
    )
