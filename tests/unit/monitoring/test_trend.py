"""Robust lines on series of which the truth is known."""

import numpy as np
import pytest

from tests.unit.monitoring.weather import Floats, chance
from watchkeeper.monitoring.trend import trends

HOURS: Floats = np.arange(48, dtype=np.float64) * np.float64(3600)
FALL = -0.01 / 3600  # one point an hour


def falling(level: float = 0.6, slope: float = FALL) -> Floats:
    return level + slope * HOURS


def test_a_clean_line_ends_where_it_ends() -> None:
    line = trends(HOURS, falling()[None, :])
    near, at, far = (column[0] / 3600 for column in line.seconds_to_zero())
    assert at == pytest.approx(13)
    assert near == pytest.approx(13, abs=0.2)
    assert far == pytest.approx(13, abs=0.2)


def test_a_third_of_wild_readings_does_not_turn_the_line() -> None:
    values = falling()
    values[chance(1).choice(48, 16, replace=False)] += chance(2).normal(0, 0.05, 16)
    line = trends(HOURS, values[None, :])
    assert line.slope[0] == pytest.approx(FALL, rel=0.05)


def test_gaps_are_left_out() -> None:
    values = falling()
    values[5:20] = np.nan
    line = trends(HOURS, values[None, :])
    assert line.slope[0] == pytest.approx(FALL)


def test_too_few_points_make_no_line() -> None:
    values = np.full(48, np.nan)
    values[::4] = falling()[::4]
    assert np.isnan(trends(HOURS, values[None, :]).slope[0])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("flat", np.full(48, 0.3)),
        ("rising", falling(0.2, -FALL)),
        ("one step", np.where(HOURS < 86_400, 0.6, 0.3)),
        ("fell and has stopped", np.maximum(falling(), 0.35)),
        ("has only just begun", np.minimum(falling(0.9), 0.5)),
        ("three files copied in", 0.6 - 0.1 * (np.arange(48) // 12)),
    ],
)
def test_what_is_not_a_fall_in_a_line_has_no_end(name: str, values: Floats) -> None:
    _, at, _ = trends(HOURS, values[None, :]).seconds_to_zero()
    assert np.isnan(at[0]), name


def test_noise_alone_has_no_end() -> None:
    values = 0.3 + chance(3).normal(0, 0.02, (400, 48))
    _, at, _ = trends(HOURS, values).seconds_to_zero()
    assert np.count_nonzero(np.isfinite(at)) <= 8  # 2 %: the interval is one of 90 %


def correlated(series: int, points: int, rho: float, spread: float) -> Floats:
    drawn = chance(4).normal(0, spread, (series, points))
    for point in range(1, points):
        drawn[:, point] += rho * drawn[:, point - 1]
    return drawn


@pytest.mark.parametrize(
    ("kind", "noise"),
    [
        ("independent", chance(5).normal(0, 0.01, (400, 48))),
        ("correlated", correlated(400, 48, 0.7, 0.006)),
        ("a random walk", correlated(400, 48, 1.0, 0.004)),
    ],
)
def test_the_interval_holds_the_truth_about_as_often_as_it_says(kind: str, noise: Floats) -> None:
    """The fall goes on for 13 hours after the last point; a walk wanders on, too."""
    near, at, far = trends(HOURS, np.asarray(falling() + noise)).seconds_to_zero()
    level_now = noise[:, -1] if kind == "a random walk" else np.zeros(400)
    onward = np.cumsum(chance(6).normal(0, 0.004, (400, 200)), axis=1)
    ahead = np.arange(1, 201)
    wander = onward if kind == "a random walk" else np.zeros((400, 200))
    levels = falling()[-1] + level_now[:, None] + FALL * 3600 * ahead + wander
    truth = np.argmax(levels <= 0, axis=1) + 1
    said = np.isfinite(at)
    held = (near[said] / 3600 - 1 <= truth[said]) & (truth[said] <= far[said] / 3600 + 1)
    assert np.count_nonzero(said) > 300
    assert np.mean(held) >= 0.85, kind
