from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.journal.store import Handle, MemoryStore, RemoteStore, SqlStore, Store
from watchkeeper.adapters.memory import journal as in_memory
from watchkeeper.adapters.sql import journal as on_disk
from watchkeeper.adapters.system.manual_clock import ManualClock

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SHORT_POLL_SECONDS = 0.05


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture(params=["sql, threads", "sql, inline", "memory", "remote"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock
) -> AsyncIterator[Store]:
    stores: dict[str, Callable[[], Store]] = {
        "sql, threads": lambda: SqlStore(tmp_path, clock, threads=2),
        "sql, inline": lambda: SqlStore(tmp_path, clock, threads=0),
        "memory": lambda: MemoryStore(clock),
        "remote": lambda: RemoteStore(tmp_path, clock),
    }
    store = stores[request.param]()
    yield store
    await store.close()


@pytest.fixture
def journal(store: Store) -> Handle:
    return store.handle()


@pytest.fixture
def short_poll(monkeypatch: pytest.MonkeyPatch) -> float:
    """The floor of ``changed``, short enough to wait for."""
    for module in (in_memory, on_disk):
        monkeypatch.setattr(module, "POLL_SECONDS", SHORT_POLL_SECONDS)
    return SHORT_POLL_SECONDS
