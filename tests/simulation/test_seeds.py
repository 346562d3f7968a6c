"""Two hundred runs of the whole program: other weather, crashes and order, each by its seed."""

from collections.abc import Callable

import pytest

from tests.simulation.__main__ import replay
from tests.simulation.run import Report, run
from tests.simulation.script import STORIES

SEEDS = 200


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_promise_holds(seed: int, hit: Callable[[Report], None]) -> None:
    report = run(seed)
    hit(report)
    assert not report.violations, f"{report.story}\n{lines(report)}\nreplay: {replay(seed)}"


def lines(report: Report) -> str:
    return "\n".join(f"  {violation}" for violation in report.violations)


def test_every_story_has_its_seeds() -> None:
    assert len(STORIES) * 10 <= SEEDS
