"""Names: unique, sortable by time, repeatable from a seed."""

from datetime import UTC, datetime, timedelta

from watchkeeper.adapters.system.identifiers import SeededIdentifiers, UlidIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_time_stands_in_the_first_ten_characters() -> None:
    epoch = UlidIdentifiers(ManualClock(datetime(1970, 1, 1, tzinfo=UTC)), lambda n: bytes(n))
    assert epoch.new() == "0" * 26
    # the example of the ULID specification's own README: 1469918176385 ms is 01ARYZ6S41
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1469918176385))
    assert UlidIdentifiers(clock).new()[:10] == "01ARYZ6S41"


def test_within_one_millisecond_the_next_is_one_more() -> None:
    names = UlidIdentifiers(ManualClock(START), lambda n: bytes(n))
    first, second = names.new(), names.new()
    assert first[-1] == "0"
    assert second == first[:-1] + "1"


def test_a_full_millisecond_borrows_from_the_next() -> None:
    clock = ManualClock(START)
    names = UlidIdentifiers(clock, lambda n: b"\xff" * n)
    full, borrowed = names.new(), names.new()
    clock.advance(timedelta(milliseconds=1))
    later = names.new()
    assert full < borrowed < later


def test_the_same_seed_gives_the_same_names_and_salts() -> None:
    def told(seed: int) -> list[str | bytes]:
        names = SeededIdentifiers(ManualClock(START), seed)
        return [names.new(), names.salt(), names.new()]

    assert told(7) == told(7)
    assert told(7) != told(8)
