"""The wall clock steps; the product's clock does not."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.system.clock_jumps import ClockJumps
from watchkeeper.adapters.system.system_clock import SystemClock
from watchkeeper.domain.instant import from_unix

NOON = 1_795_473_887.0


class Machine:
    """A wall clock and a monotonic one that a test turns."""

    def __init__(self) -> None:
        self.wall_seconds = NOON
        self.monotonic_seconds = 100.0

    def wall(self) -> float:
        return self.wall_seconds

    def monotonic(self) -> float:
        return self.monotonic_seconds

    def pass_(self, seconds: float) -> None:
        self.wall_seconds += seconds
        self.monotonic_seconds += seconds

    def step(self, seconds: float) -> None:
        self.wall_seconds += seconds


def test_it_follows_the_wall_forward() -> None:
    machine = Machine()
    clock = SystemClock(machine.wall, machine.monotonic)
    machine.pass_(5)
    assert clock.now() == from_unix(NOON + 5)
    machine.step(3600)
    assert clock.now() == from_unix(NOON + 3605)


def test_after_a_step_back_time_goes_on_slowly_until_the_wall_has_caught_up() -> None:
    machine = Machine()
    clock = SystemClock(machine.wall, machine.monotonic)
    machine.step(-3600)
    assert clock.now() == from_unix(NOON)
    machine.pass_(60)
    assert clock.now() == from_unix(NOON + 30)
    machine.pass_(2 * 3600)
    assert clock.now() == from_unix(machine.wall_seconds)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e6, 1e6)), max_size=30))
def test_it_never_goes_back_and_never_stands_still(moves: list[tuple[float, float]]) -> None:
    machine = Machine()
    clock = SystemClock(machine.wall, machine.monotonic)
    for seconds, step in moves:
        before = clock.now()
        machine.pass_(seconds)
        machine.step(step)
        passed = clock.now() - before
        assert passed >= timedelta(seconds=seconds / 2) - timedelta(microseconds=5)


def test_a_jump_either_way_is_told_once() -> None:
    machine = Machine()
    jumps = ClockJumps(machine.wall, machine.monotonic)
    machine.pass_(60)
    assert jumps.poll() is None
    machine.pass_(60)
    machine.step(-3600)
    assert jumps.poll() == -3600
    assert jumps.poll() is None
    machine.step(90)
    assert jumps.poll() == 90


def test_a_slow_drift_is_no_jump() -> None:
    machine = Machine()
    jumps = ClockJumps(machine.wall, machine.monotonic)
    for _ in range(100):
        machine.pass_(60)
        machine.step(0.03)  # 500 ppm: the most that NTP slews
        assert jumps.poll() is None
