import asyncio

import pytest

from watchkeeper.engine.deadline import within
from watchkeeper.lab.loop import VirtualLoop


def test_who_answers_in_time_is_heard_and_who_does_not_is_given_up() -> None:
    given_up: list[float] = []

    async def answer(seconds: float) -> str:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            given_up.append(asyncio.get_running_loop().time())
            raise
        return "here"

    async def story() -> None:
        assert await within(8.0, answer(7.9)) == "here"
        with pytest.raises(TimeoutError):
            await within(8.0, answer(8.1))

    VirtualLoop(1).run_until_complete(story())
    assert given_up == [pytest.approx(7.9 + 8.0)]
