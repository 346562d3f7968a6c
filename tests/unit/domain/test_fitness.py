from dataclasses import replace

import pytest

from watchkeeper.domain.fitness import Ailment, Unfit, Vitals, ailments

WELL = Vitals(mount="/var", used_ratio=0.5, synchronised=True, write_seconds=0.01)


def found(vitals: Vitals, before: tuple[Unfit, ...] = ()) -> list[Ailment]:
    return [unfit.ailment for unfit in ailments(vitals, before)]


def test_well() -> None:
    assert found(WELL) == []


def test_what_is_not_known_stops_nothing() -> None:
    assert found(Vitals(mount="", used_ratio=None)) == []


def test_full_from_ninety_per_cent_on_and_until_there_is_room_again() -> None:
    assert found(replace(WELL, used_ratio=0.899)) == []
    full = ailments(replace(WELL, used_ratio=0.90))
    assert [(unfit.ailment, unfit.place) for unfit in full] == [(Ailment.DISK, "/var")]
    assert full[0].reason == "/var is 90% full, and the journal is on it"
    assert found(replace(WELL, used_ratio=0.89), full) == [Ailment.DISK]
    assert found(replace(WELL, used_ratio=0.879), full) == []


@pytest.mark.parametrize("seconds", [-3600.0, 30.0, -5.1])
def test_a_clock_that_jumped_is_not_believed(seconds: float) -> None:
    jumped = replace(WELL, jumped_seconds=seconds, jumped_ago_seconds=60.0, synchronised=False)
    assert found(jumped) == [Ailment.CLOCK]
    assert found(replace(jumped, synchronised=None)) == [Ailment.CLOCK]


def test_until_the_kernel_says_that_it_is_right_or_a_quarter_of_an_hour_is_over() -> None:
    jumped = replace(WELL, jumped_seconds=-60.0, jumped_ago_seconds=60.0, synchronised=True)
    assert found(jumped) == []
    assert found(replace(jumped, jumped_ago_seconds=1.0)) == [Ailment.CLOCK], "it was just then"
    unknown = replace(jumped, synchronised=None)
    assert found(replace(unknown, jumped_ago_seconds=899.0)) == [Ailment.CLOCK]
    assert found(replace(unknown, jumped_ago_seconds=900.0)) == []


def test_a_small_jump_is_forgiven() -> None:
    small = replace(WELL, jumped_seconds=5.0, jumped_ago_seconds=0.0, synchronised=False)
    assert found(small) == []


def test_a_loop_that_goes_on_being_late() -> None:
    assert found(replace(WELL, lag_seconds=1.0)) == []
    assert found(replace(WELL, lag_seconds=1.01)) == [Ailment.LOOP]


def test_a_journal_that_fails_or_is_slow() -> None:
    assert found(replace(WELL, write_failed=True)) == [Ailment.JOURNAL]
    assert found(replace(WELL, write_seconds=5.0)) == []
    assert found(replace(WELL, write_seconds=5.1)) == [Ailment.JOURNAL]


def test_everything_at_once() -> None:
    ill = Vitals(
        mount="/",
        used_ratio=1.0,
        jumped_seconds=9.0,
        jumped_ago_seconds=0.0,
        lag_seconds=9.0,
        write_failed=True,
    )
    assert found(ill) == list(Ailment)
