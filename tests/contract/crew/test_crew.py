"""What every crew keeps to."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
from numpy.typing import NDArray

from watchkeeper.adapters.system.crew import InlineCrew, ProcessCrew, ThreadCrew

Crews = InlineCrew | ThreadCrew | ProcessCrew


@pytest.fixture(params=[InlineCrew, ThreadCrew, ProcessCrew])
async def crew(request: pytest.FixtureRequest) -> AsyncIterator[Crews]:
    made: Crews = request.param()
    yield made
    await made.close()


def scaled(values: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    return values * factor


class Overflowed(Exception):
    """The work went wrong in its own words."""


def failing(reason: str) -> None:
    raise Overflowed(reason)


async def test_the_result_of_the_work_comes_back(crew: Crews) -> None:
    assert (await crew.run(scaled, np.arange(3.0), 2.0)).tolist() == [0.0, 2.0, 4.0]


async def test_its_exception_comes_back_too(crew: Crews) -> None:
    with pytest.raises(Overflowed, match="too much"):
        await crew.run(failing, "too much")
    assert await crew.run(scaled, np.ones(1), 3.0) == [3.0]


async def test_closing_twice_is_once(crew: Crews) -> None:
    await crew.run(sum, [1])
    await crew.close()
    await crew.close()
