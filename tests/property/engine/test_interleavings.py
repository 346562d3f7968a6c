"""Whatever runs first and whoever dies when, everything is said once and comes to its end."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.works import Register, Works
from watchkeeper.domain.events.actions import ChangeRequested
from watchkeeper.governance.action_fold import ActionPhase

NAMES = ("A1", "A2", "A3")
COURSE = ["action.proposed", "change.requested", "change.opened", "action.closed"]
DEATHS = st.lists(st.floats(0.0, 90.0), max_size=4)  # seconds after noon; one worker each


async def lived(works: Works, deaths: list[float], slow: float) -> None:
    """Workers are born one after another; each but the last dies at its time."""
    await works.propose(NAMES[0])
    for number, at in enumerate([*sorted(deaths), 300.0]):
        register = Register(seconds=slow, failing=number % 2, clock=works.clock)
        worker = works.worker(f"worker-{number}", performers={ChangeRequested: register})
        worker.start()
        if number == 0:
            await works.propose(*NAMES[1:])
        await works.pass_(seconds=max(0.0, at - works.loop.time()))
        await worker.crash()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), DEATHS, st.sampled_from((0.0, 0.5, 20.0)))
def test_workers_die_and_every_action_goes_its_course_once(
    seed: int, deaths: list[float], slow: float
) -> None:
    works = Works(seed)
    works.play(lived(works, deaths, slow))
    for name in NAMES:
        assert works.kinds(name) == COURSE
        assert works.phase(name) is ActionPhase.CLOSED
    causes = Counter(entry.cause for entry in works.entries() if entry.cause is not None)
    assert set(causes.values()) == {1}, "an intent has one answer"
