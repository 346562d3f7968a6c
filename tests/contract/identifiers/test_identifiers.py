"""What every source of names keeps to."""

from datetime import UTC, datetime, timedelta

import pytest

from watchkeeper.adapters.system.identifiers import SeededIdentifiers, UlidIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.ports.identifiers import Identifiers

CROCKFORD = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture(params=["system", "seeded"])
def identifiers(request: pytest.FixtureRequest, clock: ManualClock) -> Identifiers:
    return UlidIdentifiers(clock) if request.param == "system" else SeededIdentifiers(clock, 42)


def test_a_name_has_26_characters_that_nobody_misreads(identifiers: Identifiers) -> None:
    name = identifiers.new()
    assert len(name) == 26
    assert set(name) <= CROCKFORD


def test_names_sort_as_they_were_given(identifiers: Identifiers, clock: ManualClock) -> None:
    names = []
    for step in range(500):
        names.append(identifiers.new())
        clock.advance(timedelta(milliseconds=step % 3))
    assert names == sorted(set(names))


def test_a_salt_is_16_bytes_and_another_one_each_time(identifiers: Identifiers) -> None:
    salts = {identifiers.salt() for _ in range(100)}
    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {16}
