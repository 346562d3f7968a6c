"""The last results, one file a benchmark: committed, so that a change shows in the diff."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.figure import AtLeast, AtMost, Figure, Finding
from bench.machine import Machine

RESULTS = Path(__file__).parent / "results"


_WORD = {AtLeast: "at_least", AtMost: "at_most"}


def keep(name: str, machine: Machine, findings: Sequence[Finding]) -> Path:
    """Write ``results/NAME.json`` anew."""
    path = RESULTS / f"{name}.json"
    said = {
        "benchmark": name,
        "machine": asdict(machine),
        "findings": [_said(finding) for finding in findings],
    }
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _said(finding: Finding) -> dict[str, object]:
    said: dict[str, object] = {**asdict(finding), "verdict": str(finding.verdict)}
    if finding.bar:
        said["bar"] = {_WORD[type(finding.bar)]: finding.bar.value}
    if isinstance(finding, Figure):
        said["ratio"] = _short(finding.ratio) if finding.ratio is not None else None
        said |= {key: _short(said[key]) for key in ("value", "lowest", "highest")}
        if finding.floor:
            said["floor"] = {"what": finding.floor.what, "value": _short(finding.floor.value)}
    return said


def _short(value: object) -> float:
    """Four significant digits: more would be noise in the diff."""
    return float(f"{value:.4g}")
