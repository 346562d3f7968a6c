"""Ctrl-C on a virtual loop: what runs is cancelled and comes to a tidy end, as on a real one."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any

from watchkeeper.lab.loop import VirtualLoop


def run_until_interrupted(loop: VirtualLoop, work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, then close the loop. Raises KeyboardInterrupt once it is tidied up."""
    task = loop.create_task(work)
    mine = threading.current_thread() is threading.main_thread()  # only there are signals heard
    before = signal.signal(signal.SIGINT, lambda *_: task.cancel()) if mine else None
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        if mine:
            signal.signal(signal.SIGINT, before)
        loop.close()
