"""Counters become rates between two looks, and only between two."""

from dataclasses import replace

import pytest

from watchkeeper.adapters.host.measurement import Measurement, Speed, levels, measured, rates
from watchkeeper.ports.inspector import FilesystemState

FIRST = Measurement(
    seconds=100.0,
    busy_seconds=50.0,
    total_seconds=400.0,
    load=3.0,
    cores=2,
    memory_available_ratio=0.4,
    swap_used_ratio=None,
    disk_busy_seconds={"sda": 7.0},
    network_errors={"eth0": 10},
    filesystems=(FilesystemState(mount="/", free_ratio=0.3, inodes_free_ratio=0.9),),
)
LATER = replace(
    FIRST,
    seconds=110.0,
    busy_seconds=55.0,
    total_seconds=420.0,
    disk_busy_seconds={"sda": 9.5, "sdb": 1.0},
    network_errors={"eth0": 40},
)


def test_one_look_tells_levels() -> None:
    assert list(levels(FIRST)) == [
        ("load_per_core", "", 1.5),
        ("memory_available_ratio", "", 0.4),
        ("filesystem_free_ratio", "/", 0.3),
        ("inodes_free_ratio", "/", 0.9),
    ]
    assert ("swap_used_ratio", "", 0.5) in levels(replace(FIRST, swap_used_ratio=0.5))


def test_two_looks_tell_rates_but_none_of_a_device_that_is_new() -> None:
    assert list(rates(FIRST, LATER)) == [
        ("cpu_busy_ratio", "", 0.25),
        ("disk_busy_ratio", "sda", 0.25),
        ("network_errors_per_second", "eth0", 3.0),
    ]


def test_a_counter_that_went_back_has_no_rate() -> None:
    back = replace(
        LATER, busy_seconds=1.0, disk_busy_seconds={"sda": 0.0}, network_errors={"eth0": 0}
    )
    assert list(rates(FIRST, back)) == []


def test_the_first_look_has_no_rates_and_a_hurried_one_repeats_the_last() -> None:
    speed = Speed()
    assert speed.since(FIRST) is None
    assert speed.since(replace(FIRST, seconds=100.05)) is None
    told = speed.since(LATER)
    assert told is not None
    assert speed.since(replace(LATER, seconds=110.1)) == told


def test_this_machine_can_be_measured() -> None:
    found = measured()
    assert 0 < found.busy_seconds < found.total_seconds
    assert 0 < found.memory_available_ratio < 1
    assert "/" in [each.mount for each in found.filesystems]
    assert "lo" not in found.network_errors
    assert found.total_seconds == pytest.approx(measured().total_seconds, rel=0.1)
