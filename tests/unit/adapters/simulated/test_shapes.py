from datetime import UTC, datetime

import numpy as np
import pytest

from watchkeeper.adapters.simulated.noise import bell, drifting, key_of, uniform
from watchkeeper.adapters.simulated.shapes import Shape, busy, shaped, table_of


def unix(*when: int) -> float:
    return datetime(*when, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


WEDNESDAY = unix(2026, 3, 4)
KEYS = np.array([key_of(1, "a"), key_of(1, "b")], dtype=np.uint64)


def test_the_afternoon_is_busier_than_the_night_and_the_weekend_is_quiet() -> None:
    night, afternoon, saturday = busy(
        np.array([unix(2026, 3, 4, 4), unix(2026, 3, 4, 16), unix(2026, 3, 7, 16)])
    )
    assert night == pytest.approx(0.0)
    assert afternoon == pytest.approx(1.0)
    assert saturday == pytest.approx(0.55)


def test_a_week_of_logs_is_gone_on_monday() -> None:
    shape = (("var", Shape(level=0.5, weekly=0.07)),)
    monday, sunday, next_monday = shaped(
        table_of(shape, 1), np.array([unix(2026, 3, 2), unix(2026, 3, 8, 23, 59), unix(2026, 3, 9)])
    )[0]
    assert monday == pytest.approx(0.5)
    assert sunday == pytest.approx(0.57, abs=1e-4)
    assert next_monday == monday


def test_chance_is_the_same_alone_and_in_company_and_in_any_order() -> None:
    ticks = np.arange(1000.0)
    together = bell(KEYS, ticks)
    assert together[1, 37] == bell(KEYS[1:], ticks[37:38])[0, 0]
    assert (bell(KEYS, ticks[::-1]) == together[:, ::-1]).all()
    assert (together[0] != together[1]).mean() > 0.99


def test_chance_is_spread_as_promised() -> None:
    ticks = np.arange(50_000.0)
    even, round_ = uniform(KEYS, ticks), bell(KEYS, ticks)
    assert even.min() >= 0
    assert even.max() < 1
    assert even.mean() == pytest.approx(0.5, abs=0.01)
    assert round_.mean() == pytest.approx(0.0, abs=0.02)
    assert round_.std() == pytest.approx(1.0, abs=0.02)
    assert np.abs(round_).max() <= 3.5
    assert abs(np.corrcoef(round_[0][1:], round_[0][:-1])[0, 1]) < 0.02


def test_drift_goes_in_straight_lines_from_knot_to_knot() -> None:
    at_knots = drifting(KEYS, np.array([0.0, 600.0]), 600.0)
    halfway = drifting(KEYS, np.array([300.0]), 600.0)
    assert halfway[:, 0] == pytest.approx(at_knots.mean(axis=1))


def test_noise_holds_for_one_scrape_and_is_another_one_after() -> None:
    shape = (("cpu", Shape(level=0.3, noise=0.02)),)
    start = WEDNESDAY - WEDNESDAY % 15
    first, same, other = shaped(table_of(shape, 9), np.array([start, start + 14.9, start + 15]))[0]
    assert first == same != other
