"""What every inspector keeps to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.inspector.sight import Sight
from tests.loopback import always, answer, loopback
from tests.unit.adapters.host.programs import daemon
from watchkeeper.adapters.host.inspector import HostInspector
from watchkeeper.adapters.host.places import ThisHost
from watchkeeper.adapters.system.crew import ThreadCrew
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.ports.errors import SourceUnavailable

NAMES = ("well", "dead", "orphan")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Sight]:
    """This machine, with real processes killed for the purpose."""
    crew = ThreadCrew()
    async with loopback(always(answer(b"fine"))) as url:
        with ExitStack() as stack:
            running = {name: stack.enter_context(daemon(tmp_path, f"wk-{name}")) for name in NAMES}
            running["dead"].kill_all()
            running["orphan"].kill_main()
            services = {
                name: Service(
                    name=name,
                    server="here",
                    process=f"wk-{name}",
                    pid_file=str(each.pid_file),
                    probe=url if name == "well" else "tcp://127.0.0.1:1",
                )
                for name, each in running.items()
            }
            elsewhere = Service(name="far", server="there", probe=url)
            servers = (Server(name="here"), Server(name="there", address="192.0.2.7"))
            estate = Estate(servers=servers, services=(*services.values(), elsewhere))
            yield Sight(
                inspector=HostInspector(ThisHost(lambda: estate), crew),
                well=services["well"],
                dead=services["dead"],
                orphaned=services["orphan"],
                elsewhere=elsewhere,
                mount="/",
            )
    await crew.close()


@pytest.fixture(params=[pytest.param("host", marks=pytest.mark.live("host"))])
def sight(request: pytest.FixtureRequest) -> Sight:
    """Each inspector in turn."""
    found: Sight = request.getfixturevalue(request.param)
    return found


async def test_a_service_that_is_well(sight: Sight) -> None:
    state = await sight.inspector.service(sight.well)
    assert (state.answers, state.probe_reason) == (True, "200")
    assert state.probe_seconds is not None
    assert state.probe_seconds >= 0
    assert state.alive is not None
    assert state.alive >= 1
    assert state.main_alive is True


async def test_a_service_that_is_dead(sight: Sight) -> None:
    state = await sight.inspector.service(sight.dead)
    assert state.answers is False
    assert state.probe_reason
    assert (state.alive, state.main_alive) == (0, False)


async def test_workers_that_outlived_their_main_process(sight: Sight) -> None:
    state = await sight.inspector.service(sight.orphaned)
    assert state.main_alive is False
    assert state.alive is not None
    assert state.alive >= 1


async def test_without_a_probe_nobody_says_that_it_answers(sight: Sight) -> None:
    state = await sight.inspector.service(replace(sight.well, probe=""))
    assert (state.answers, state.probe_reason, state.probe_seconds) == (None, "", None)


async def test_without_a_pid_file_there_is_no_main_process(sight: Sight) -> None:
    state = await sight.inspector.service(replace(sight.well, pid_file=""))
    assert state.main_alive is None


async def test_looking_changes_nothing(sight: Sight) -> None:
    first = await sight.inspector.service(sight.orphaned)
    again = await sight.inspector.service(sight.orphaned)
    assert (first.alive, first.zombies) == (again.alive, again.zombies)


async def test_another_server_cannot_be_looked_at_from_here(sight: Sight) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await sight.inspector.service(sight.elsewhere)
    assert caught.value.word in {"absent", "timeout", "refused"}


async def test_a_file_system(sight: Sight) -> None:
    state = await sight.inspector.filesystem(sight.well.server, sight.mount)
    assert state.mount == sight.mount
    assert 0 < state.free_ratio < 1
    assert 0 < state.inodes_free_ratio <= 1


@pytest.mark.parametrize("mount", ["/no/such/mount", "/usr/bin"])
async def test_what_is_not_mounted_is_absent(sight: Sight, mount: str) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        await sight.inspector.filesystem(sight.well.server, mount)
    assert caught.value.word == "absent"


async def test_a_file_system_of_another_server(sight: Sight) -> None:
    with pytest.raises(SourceUnavailable):
        await sight.inspector.filesystem(sight.elsewhere.server, "/")


async def test_many_looks_at_once(sight: Sight) -> None:
    states = await asyncio.gather(*(sight.inspector.service(sight.well) for _ in range(10)))
    assert all(state.answers for state in states)
