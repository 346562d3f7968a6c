"""Ctrl-C ends what runs on a virtual loop, tidily."""

import asyncio
import signal

import pytest

from watchkeeper.lab.interrupt import run_until_interrupted
from watchkeeper.lab.loop import VirtualLoop


def test_what_runs_may_put_things_away_first() -> None:
    loop, done = VirtualLoop(1), []

    async def work() -> None:
        try:
            await asyncio.sleep(10)
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(10)
            done.append("went on")
        finally:
            await asyncio.sleep(1)
            done.append("tidied up")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_until_interrupted(loop, work())
    assert done == ["tidied up"]
    assert loop.is_closed()
    assert signal.getsignal(signal.SIGINT) is before


def test_what_ends_by_itself_or_fails_is_left_alone() -> None:
    async def fails() -> None:
        raise LookupError("by itself")

    async def ends() -> None:
        await asyncio.sleep(1)

    run_until_interrupted(VirtualLoop(1), ends())
    with pytest.raises(LookupError):
        run_until_interrupted(VirtualLoop(1), fails())
