import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchkeeper.domain.basis_points import ACT, NOTIFY, WHOLE, as_ratio, from_ratio


@pytest.mark.parametrize(
    ("ratio", "points"),
    [(0.0, 0), (1.0, WHOLE), (0.65, NOTIFY), (0.85, ACT), (0.64999, 6499), (0.84999, 8499)],
)
def test_a_ratio_is_rounded_down_so_that_no_gate_opens_by_rounding(
    ratio: float, points: int
) -> None:
    assert from_ratio(ratio) == points


@pytest.mark.parametrize("ratio", [-1.0, -math.inf, math.nan])
def test_what_is_no_ratio_is_worth_nothing(ratio: float) -> None:
    assert from_ratio(ratio) == 0


def test_more_than_everything_is_everything() -> None:
    assert from_ratio(math.inf) == from_ratio(1.5) == WHOLE


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_ratio_is_never_worth_fewer_points(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert from_ratio(low) <= from_ratio(high)
    assert as_ratio(from_ratio(low)) <= low
