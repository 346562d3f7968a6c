"""The findings of one benchmark as a table for people."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.figure import Figure, Finding
from bench.machine import Machine

COLUMNS = ("figure", "unit", "bar", "× floor", "verdict")


def table(name: str, findings: Sequence[Finding]) -> Table:
    """One row a finding."""
    made = Table(box=SIMPLE_HEAD)
    made.add_column(name)
    for column in COLUMNS:
        right = column in ("figure", "bar", "× floor")
        made.add_column(column, justify="right" if right else "left", no_wrap=True)
    for finding in findings:
        made.add_row(finding.name, *_cells(finding))
    return made


def notes(findings: Sequence[Finding], machine: Machine) -> list[str]:
    """How each figure was measured, beside what, and on which machine."""
    return [*(f"  {finding.name}: {_note(finding)}" for finding in findings), f"  {machine}"]


def _cells(finding: Finding) -> tuple[str, ...]:
    bar = str(finding.bar) if finding.bar else "–"
    if not isinstance(finding, Figure):
        return ("–", "", bar, "–", finding.verdict)
    ratio = f"{finding.ratio:.2f}" if finding.ratio is not None else "–"
    return (_number(finding.value), finding.unit, bar, ratio, finding.verdict)


def _note(finding: Finding) -> str:
    if not isinstance(finding, Figure):
        return finding.reason
    said = [f"n={finding.samples}, {_number(finding.lowest)} to {_number(finding.highest)}"]
    if finding.floor:
        said.append(f"floor {_number(finding.floor.value)} ({finding.floor.what})")
    if finding.note:
        said.append(finding.note)
    return "; ".join(said)


def _number(value: float) -> str:
    """As many digits as mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
