"""Reading the journal from the command line, whether a watch runs or not."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from watchkeeper.bootstrap.opening import reading
from watchkeeper.interfaces.cli.verb import Session
from watchkeeper.ports.journal import Journal

T = TypeVar("T")


def looked(session: Session, look: Callable[[Journal], Awaitable[T]]) -> T:
    """What is found in the journal. Raises DataDirectoryRefused when there is none."""

    async def run() -> T:
        async with reading(session.folder) as journal:
            return await look(journal)

    return asyncio.run(run())


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Say what lasts, on a terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield
