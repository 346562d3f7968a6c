"""Threads and processes come when there is work and go when there is none."""

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from watchkeeper.adapters.system.crew import ProcessCrew, ThreadCrew


def threads_named(prefix: str) -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith(prefix)]


async def test_a_thread_is_started_at_the_first_work() -> None:
    crew = ThreadCrew(name="lazy-hand")
    assert threads_named("lazy-hand") == []
    assert await crew.run(sum, [1, 2]) == 3
    assert len(threads_named("lazy-hand")) == 1
    await crew.close()


async def test_the_loop_turns_while_a_thread_works() -> None:
    crew, gate = ThreadCrew(), threading.Event()
    work = asyncio.ensure_future(crew.run(gate.wait, 10))
    await asyncio.sleep(0)  # the loop is here although the thread waits
    gate.set()
    assert await work is True
    await crew.close()


async def test_an_idle_process_gives_its_memory_back_and_comes_again() -> None:
    crew = ProcessCrew(idle_seconds=0.05)
    first = await crew.run(os.getpid)
    assert first != os.getpid()
    assert crew.started
    while crew.started:
        await asyncio.sleep(0.01)
    assert await crew.run(os.getpid) != first
    await crew.close()


def die_the_first_time(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


async def test_pure_work_is_done_again_when_its_process_is_killed(tmp_path: Path) -> None:
    crew = ProcessCrew()
    assert await crew.run(die_the_first_time, str(tmp_path / "died")) == "done"
    await crew.close()


async def test_an_exception_of_the_work_is_raised_where_it_was_asked() -> None:
    crew = ProcessCrew()
    with pytest.raises(ZeroDivisionError):
        await crew.run(divmod, 1, 0)
    await crew.close()
