"""What runs beside the watch: told once it listens, and not where a promise would be broken."""

import asyncio
import stat
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from tests.unit.interfaces.standing import ALICE, ESTATE, RUNBOOK, Installation
from watchkeeper.bootstrap.running import Running
from watchkeeper.bootstrap.settings import Settings, SettingsRefused
from watchkeeper.bootstrap.source_settings import AlertSource
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel, LevelGranted
from watchkeeper.interfaces.daemon import api_token, beside
from watchkeeper.interfaces.http.server import listening


async def test_it_listens_tells_the_link_and_leaves_nothing_behind(tmp_path: Path) -> None:
    place = Installation(data_dir=tmp_path)
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def tell(_: Running, link: str, __: Sequence[str]) -> None:
        told.set_result(link)

    running = asyncio.ensure_future(beside(listening("127.0.0.1", 0), tell)(place.running))
    link = await told
    async with httpx2.AsyncClient(follow_redirects=True) as client:
        assert "Watchkeeper 1.2.3" in (await client.get(link)).text
    assert (tmp_path / "watchkeeper.sock").exists()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not (tmp_path / "watchkeeper.sock").exists()


async def test_what_may_act_alone_is_told_at_the_start(tmp_path: Path) -> None:
    place = Installation(data_dir=tmp_path)
    for server_class, level in (("web", AutonomyLevel.ACT), ("database", AutonomyLevel.APPROVE)):
        granted = LevelGranted(runbook=RUNBOOK.id, server_class=server_class, level=level)
        await place.journal.append(ALICE, (Draft(stream=AUTHORITY, body=granted),))
    told: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
    surfaces = beside(listening("127.0.0.1", 0), lambda _, __, acting: told.set_result(acting))
    running = asyncio.ensure_future(surfaces(place.running))
    assert await told == ("restart-dead-service on web",)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_fault_of_one_surface_ends_it_with_that_very_error(tmp_path: Path) -> None:
    """The folder of the socket is gone: one error, not a group of them."""
    place = Installation(settings=Settings(watch_only=True), data_dir=tmp_path)
    place.knowledge.learn(ESTATE, ())
    api_token(tmp_path)
    (tmp_path / "watchkeeper.sock").mkdir()
    with pytest.raises(OSError, match=r"watchkeeper\.sock"):
        await beside(listening("127.0.0.1", 0), lambda *_: None)(place.running)


async def test_a_secret_that_cannot_be_read_is_told_before_anything_listens(
    tmp_path: Path,
) -> None:
    source = AlertSource(name="a", token_file=tmp_path / "nix", targets=("web-1",))
    place = Installation(settings=Settings(alert_sources=(source,)), data_dir=tmp_path)
    listener = listening("127.0.0.1", 0)
    with listener.socket, pytest.raises(SettingsRefused, match=r"alert_sources\[a\]\.token"):
        await beside(listener, lambda _, link, __: pytest.fail(link))(place.running)


def test_the_readers_token_is_made_once_and_private(tmp_path: Path) -> None:
    token = api_token(tmp_path)
    assert len(token) > 30
    assert api_token(tmp_path) == token
    assert stat.S_IMODE((tmp_path / "api-token").stat().st_mode) == 0o600
