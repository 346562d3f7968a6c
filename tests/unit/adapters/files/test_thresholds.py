"""Thresholds as people write them: the shipped file, and what is refused in one line."""

from pathlib import Path

import pytest

from watchkeeper.adapters.files.thresholds import (
    SHIPPED,
    ThresholdsRefused,
    parse_thresholds,
    read_thresholds,
)
from watchkeeper.adapters.files.yaml_text import FileRefused
from watchkeeper.domain.metric import CATALOGUE, Unit
from watchkeeper.domain.threshold import Exhaustion, Habit, Holds, Persistence, Side, Threshold

RULE = """
static:
  - id: disk-full
    metric: filesystem_free_ratio
    below: {warning: 0.05, critical: 0.03}
    for: {cycles: 3, of: 4, seconds: 300}
    holds: always
    meaning: almost full
    source: somebody
"""


def test_a_rule_is_read_as_it_is_written() -> None:
    (rule,) = parse_thresholds(RULE).static
    assert rule == Threshold(
        id="disk-full",
        metric="filesystem_free_ratio",
        side=Side.BELOW,
        warning=0.05,
        critical=0.03,
        persistence=Persistence(bad=3, of=4, seconds=300),
        holds=Holds.ALWAYS,
        meaning="almost full",
        source="somebody",
    )


def test_habits_and_exhaustion_are_read_too() -> None:
    read = parse_thresholds(
        "habits:\n"
        "  - {metric: load_per_core, bad: above, spread_floor: 0.1, for: {cycles: 5, of: 6}}\n"
        "exhaustion:\n"
        "  - {metric: inodes_free_ratio, below: 0.4, horizon_hours: 24, critical_hours: 4}\n"
    )
    assert read.habits == (
        Habit(
            metric="load_per_core",
            side=Side.ABOVE,
            spread_floor=0.1,
            persistence=Persistence(bad=5, of=6),
        ),
    )
    assert read.exhaustion == (
        Exhaustion(
            metric="inodes_free_ratio",
            below=0.4,
            horizon_seconds=86_400,
            critical_seconds=14_400,
        ),
    )


def test_the_shipped_file_judges_every_metric_and_says_where_each_number_comes_from() -> None:
    shipped = read_thresholds()
    judged = {rule.metric for rule in shipped.static}
    assert judged == {metric.name for metric in CATALOGUE}
    assert all(rule.meaning and rule.source for rule in shipped.static)


def test_the_shipped_states_hold_always_and_raise_after_two_bad_cycles() -> None:
    shipped = read_thresholds()
    states = {m.name for m in CATALOGUE if m.unit is Unit.STATE} | {"service_processes"}
    for rule in shipped.static:
        if rule.metric in states:
            assert rule.holds is Holds.ALWAYS
            assert rule.persistence == Persistence(bad=2, of=3)
            assert (rule.side, rule.critical, rule.warning) == (Side.BELOW, 1, None)
    assert not states & {habit.metric for habit in shipped.habits}


def test_an_empty_file_judges_nothing() -> None:
    assert parse_thresholds("").static == ()


def changed(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (changed("filesystem_free_ratio", "disk_free"), "no such metric"),
        (changed("below:", "beneath:"), "is not a known key"),
        (changed("below: {warning: 0.05, critical: 0.03}", "below: {}"), "has no limit"),
        (changed("    below: {warning: 0.05, critical: 0.03}\n", ""), "give above or below"),
        (changed("warning: 0.05, critical: 0.03", "warning: 0.01, critical: 0.03"), "swap"),
        (changed("below", "above"), "swap"),
        (changed("of: 4", "of: 2"), "can never be"),
        (changed("of: 4", "of: 40"), "static[0].for.of"),
        (changed("seconds: 300", "seconds: .nan"), "static[0].for.seconds"),
        (changed("0.05", ".inf"), "static[0].below.warning"),
        (changed("always", "sometimes"), "static[0].holds"),
        (RULE + RULE.replace("\nstatic:\n", ""), "given twice"),
        ("static: {}", "static"),
        ("- a list", "valid"),
        ("static: [", "line"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(FileRefused) as refused:
        parse_thresholds(text, "mine.yaml")
    message = str(refused.value)
    assert message.startswith("mine.yaml: ")
    assert complaint in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no such file"):
        read_thresholds(tmp_path / "static.yaml")


def test_the_shipped_file_lies_in_the_library() -> None:
    assert SHIPPED.is_file()
    assert SHIPPED.parent.parent.name == "library"


def test_a_wrong_rule_is_a_refusal_of_the_thresholds() -> None:
    with pytest.raises(ThresholdsRefused):
        parse_thresholds(changed("filesystem_free_ratio", "x"))
