"""Adds up what all seeds together hit, also when they ran in several processes."""

from collections import Counter
from typing import Any

import pytest

ENTRIES, CRASHES, STEPS, FAULTS, PAIRS = "entries", "crashes", "steps", "faults", "pairs"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if any(name == ENTRIES for name, _ in report.user_properties)
    ]
    if not reports:
        return
    told = [dict(report.user_properties) for report in reports]
    faults: Counter[str] = Counter()
    pairs: set[str] = set()
    for each in told:
        faults.update(each[FAULTS])
        pairs.update(each[PAIRS])

    def total(name: str) -> int:
        return sum(each[name] for each in told)

    terminalreporter.write_sep("-", "simulation")
    terminalreporter.write_line(
        f"{len(told)} seeds: {total(ENTRIES)} entries, {total(STEPS)} steps,"
        f" {total(CRASHES)} crashes, {faults.total()} faults,"
        f" {len(pairs)} interleavings of two streams hit"
    )
    for name, count in faults.most_common():
        terminalreporter.write_line(f"  {count:6} {name}")


@pytest.fixture
def hit(record_property: Any) -> Any:
    """Note what a seed hit, for the sum at the end."""

    def note(report: Any) -> None:
        record_property(ENTRIES, report.entries)
        record_property(CRASHES, report.crashes)
        record_property(STEPS, report.steps)
        record_property(FAULTS, dict(report.faults))
        record_property(PAIRS, sorted(f"{one} {other}" for one, other in report.interleavings))

    return note
