from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.governance.scene import CONTEXT, NOON, an_action
from watchkeeper.domain.almanac import Almanac, Period, PeriodKind, Scope
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.governance.gates.maintenance_window import RULE, maintenance_window

SECOND = timedelta(seconds=1)
WEB = Scope(classes=frozenset({"web"}))
DATABASE = Scope(classes=frozenset({"database"}))
FREEZE = Period(
    kind=PeriodKind.FREEZE,
    start=NOON,
    end=NOON + timedelta(hours=1),
    scope=Scope(),
    title="year's end",
    zone="UTC",
    calendar="freezes.ics",
)
WINDOW = replace(FREEZE, kind=PeriodKind.WINDOW, title="tuesdays", scope=WEB)
EDGES = [
    (NOON - SECOND, False),
    (NOON, True),
    (FREEZE.end - SECOND, True),
    (FREEZE.end, False),
]


def judged(now: datetime, *periods: Period, windowed: tuple[Scope, ...] = ()) -> Verdict:
    almanac = Almanac(periods=periods, windowed=windowed)
    return maintenance_window(an_action(), replace(CONTEXT, now=now, almanac=almanac))


@pytest.mark.parametrize(("now", "within"), EDGES)
def test_a_freeze_holds_from_its_first_instant_to_just_before_its_last(
    now: datetime, within: bool
) -> None:
    assert judged(now, FREEZE).ruling is (Ruling.NEEDS_PERSON if within else Ruling.PERMITTED)


@pytest.mark.parametrize(("now", "within"), EDGES)
def test_what_has_windows_is_changed_within_one_only(now: datetime, within: bool) -> None:
    verdict = judged(now, WINDOW, windowed=(WEB,))
    assert verdict.ruling is (Ruling.PERMITTED if within else Ruling.NEEDS_PERSON)
    if within:
        assert verdict.reason == "within its window"
        assert verdict.saw == (("until", WINDOW.end.isoformat()), ("window", "tuesdays"))


def test_windows_whose_next_one_is_far_away_still_bind() -> None:
    verdict = judged(NOON, windowed=(WEB,))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert (verdict.rule, verdict.reason) == (RULE, "outside its maintenance windows")
    assert verdict.saw == (("server_class", "web"),)


def test_a_freeze_within_a_window_asks_all_the_same() -> None:
    assert judged(NOON, WINDOW, FREEZE, windowed=(WEB,)).ruling is Ruling.NEEDS_PERSON


def test_periods_of_another_class_neither_forbid_nor_allow() -> None:
    assert judged(NOON, replace(FREEZE, scope=DATABASE)).ruling is Ruling.PERMITTED
    foreign = replace(WINDOW, scope=DATABASE)
    assert judged(NOON, foreign, windowed=(DATABASE,)).ruling is Ruling.PERMITTED
    assert judged(NOON, foreign, windowed=(WEB, DATABASE)).ruling is Ruling.NEEDS_PERSON


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(servers=frozenset({"web-2"})), Ruling.NEEDS_PERSON),
        (Scope(servers=frozenset({"web-3"})), Ruling.PERMITTED),
        (Scope(servers=frozenset({"db-1"}), classes=frozenset({"web"})), Ruling.NEEDS_PERSON),
    ],
)
def test_a_freeze_of_single_servers(scope: Scope, expected: Ruling) -> None:
    assert judged(NOON, replace(FREEZE, scope=scope)).ruling is expected


def test_a_calendar_that_cannot_be_read_asks_a_person() -> None:
    almanac = Almanac(periods=(WINDOW,), windowed=(WEB,), unreadable=("broken.ics: is empty",))
    verdict = maintenance_window(an_action(), replace(CONTEXT, almanac=almanac))
    assert verdict.ruling is Ruling.NEEDS_PERSON
    assert verdict.reason == "a calendar cannot be read"
    assert verdict.saw == (("calendars", "1"),)
