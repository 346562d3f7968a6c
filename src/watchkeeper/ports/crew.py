"""Hands for processor work, so that the event loop never waits over 5 ms."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Crew(Protocol):
    """Runs pure functions somewhere else: inline in simulation, a thread for numpy."""

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """The function's result; its exception is raised here."""
