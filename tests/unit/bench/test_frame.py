"""The frame of the benchmarks: what a figure is held to, and what is kept of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import results
from bench.figure import AtLeast, AtMost, Figure, Finding, Floor, NotMeasured, Verdict
from bench.machine import this_machine
from bench.rounds import in_turns
from bench.table import notes

A_PATH_OF_A_MACHINE = re.compile(r'"[^"]*(?<![\w.])/\w')


def figure(value: float, bar: AtLeast | AtMost | None = None) -> Figure:
    return Figure(
        name="a figure", value=value, unit="s", samples=1, lowest=value, highest=value, bar=bar
    )


@pytest.mark.parametrize(
    ("bar", "value", "verdict"),
    [
        (AtLeast(value=800), 800, Verdict.MET),
        (AtLeast(value=800), 799.9, Verdict.MISSED),
        (AtMost(value=0.5), 0.5, Verdict.MET),
        (AtMost(value=0.5), 0.51, Verdict.MISSED),
        (None, 1, Verdict.NO_BAR),
    ],
)
def test_a_bar_holds_at_its_edge(
    bar: AtLeast | AtMost | None, value: float, verdict: Verdict
) -> None:
    assert figure(value, bar).verdict is verdict


@pytest.mark.parametrize(
    ("beneath", "verdict"), [(799, Verdict.OUT_OF_REACH), (800, Verdict.MISSED)]
)
def test_a_bar_that_the_floor_misses_is_out_of_reach(beneath: float, verdict: Verdict) -> None:
    """As on a disk that is too slow for anybody."""
    made = figure(500, AtLeast(value=800))
    assert replace(made, floor=Floor(what="bare", value=beneath)).verdict is verdict
    met = replace(made, value=800, floor=Floor(what="bare", value=beneath))
    assert met.verdict is Verdict.MET


def test_what_could_not_be_measured_is_neither_met_nor_missed() -> None:
    unmeasured = NotMeasured(name="a figure", reason="no nginx here", bar=AtMost(value=30))
    assert unmeasured.verdict is Verdict.NOT_MEASURED
    assert any("no nginx here" in note for note in notes([unmeasured], this_machine()))


def test_a_figure_and_its_floor_are_measured_in_turns() -> None:
    order: list[str] = []
    given = iter([9.0, 1.0, 4.0])

    def measure() -> float:
        order.append("ours")
        return next(given)

    def floor() -> float:
        order.append("floor")
        return 2.0

    made = in_turns("a figure", "s", measure, rounds=3, floor=("nothing", floor))
    assert order == ["floor", "ours"] * 3
    assert (made.value, made.lowest, made.highest, made.samples) == (4, 1, 9, 3)
    assert made.ratio == 2


def test_results_are_kept_with_their_bar_and_floor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    made = Figure(
        name="a figure",
        value=1234.5678,
        unit="entries/s",
        samples=3,
        lowest=1000,
        highest=2000,
        bar=AtLeast(value=800),
        floor=Floor(what="bare", value=5000),
    )
    kept = json.loads(results.keep("journal", this_machine(), [made]).read_text())
    [finding] = kept["findings"]
    assert finding["bar"] == {"at_least": 800}
    assert finding["floor"] == {"what": "bare", "value": 5000}
    assert (finding["value"], finding["ratio"], finding["verdict"]) == (1235, 0.2469, "met")


def test_committed_results_tell_no_path_of_the_machine() -> None:
    found = {path.name: path.read_text() for path in results.RESULTS.glob("*.json")}
    assert found
    assert [name for name, text in found.items() if A_PATH_OF_A_MACHINE.search(text)] == []
    assert A_PATH_OF_A_MACHINE.search('{"what": "read /srv/data"}')


def test_a_benchmark_has_an_empty_folder_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Path] = []

    def looks(folder: Path) -> Iterator[Finding]:
        given.append(folder)
        assert list(folder.iterdir()) == []
        (folder / "left behind").touch()
        yield figure(1)

    monkeypatch.setattr(command, "SCRATCH", tmp_path)
    monkeypatch.setattr(command, "BENCHMARKS", {"looks": looks})
    (tmp_path / "looks" / "from the last time").mkdir(parents=True)
    assert command.measured("looks") == [figure(1)]
    assert not given[0].exists()
