"""Time limits on waiting, by the loop's own monotonic time."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Awaitable[T]) -> T:
    """The result, or TimeoutError when it takes longer; what waited is cancelled."""
    async with asyncio.timeout(seconds):
        return await work
