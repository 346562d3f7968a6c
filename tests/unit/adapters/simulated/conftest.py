from datetime import UTC, datetime

import pytest

from watchkeeper.adapters.simulated.blueprint import Blueprint, data_centre
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.system.manual_clock import ManualClock

WEDNESDAY_NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(WEDNESDAY_NOON)


@pytest.fixture
def blueprint() -> Blueprint:
    return data_centre(7)


@pytest.fixture
def world(blueprint: Blueprint, clock: ManualClock) -> World:
    return World(blueprint, clock)


@pytest.fixture
def havoc(world: World) -> Havoc:
    return Havoc(world)
