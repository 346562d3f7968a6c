"""What the cycles tell of the estate itself, in a whole program on virtual time."""

from dataclasses import replace

from tests.unit.bootstrap.watch import Watch
from watchkeeper.adapters.simulated.faults import ServiceDies
from watchkeeper.domain.estate import Server
from watchkeeper.domain.events.estate import DarkServersChanged
from watchkeeper.knowledge.darkness import DARK_AFTER_CYCLES
from watchkeeper.knowledge.health import Health

GHOST = Server(name="ghost", address="10.9.9.9")


async def haunt(watch: Watch) -> None:
    """An estate with a server that no source knows."""
    await watch.reload(replace(watch.estate, servers=(*watch.estate.servers, GHOST)))


def test_a_server_that_nobody_tells_anything_of_goes_dark_once() -> None:
    watch = Watch()

    async def story() -> None:
        await haunt(watch)
        await watch.until_said(DarkServersChanged)
        await watch.pass_(minutes=10)

    watch.play(story())
    assert [(d.dark, d.cycles) for d in watch.all(DarkServersChanged)] == [(1, DARK_AFTER_CYCLES)]
    assert watch.program.gauges.counts["dark_servers"] == 1
    assert watch.store.disk.blobs[watch.all(DarkServersChanged)[0].names].text == "ghost"


def test_a_dark_server_that_leaves_the_estate_is_dark_no_more() -> None:
    watch = Watch()

    async def story() -> None:
        await haunt(watch)
        await watch.until_said(DarkServersChanged)
        await watch.reload(watch.estate)
        await watch.pass_(minutes=2)

    watch.play(story())
    assert [each.dark for each in watch.all(DarkServersChanged)] == [1, 0]


def test_while_the_source_is_lost_nobody_is_called_dark() -> None:
    watch = Watch()

    async def story() -> None:
        watch.darken("metrics", 1800.0)
        await watch.pass_(minutes=20)

    watch.play(story())
    assert watch.all(DarkServersChanged) == []


async def board(watch: Watch) -> set[Health]:
    """The healths of the services that have a probe."""
    graph = watch.program.knowledge.estate()
    found = await watch.program.lookout.health(watch.clock.now())
    return {found.of(graph, s.name).health for s in watch.estate.services if s.probe}


def test_services_are_healthy_by_their_probes_and_unknown_before_the_first_cycle() -> None:
    watch = Watch()

    async def story() -> tuple[set[Health], set[Health]]:
        before = await board(watch)
        await watch.pass_(minutes=1)
        return before, await board(watch)

    assert watch.play(story()) == ({Health.UNKNOWN}, {Health.HEALTHY})


def test_what_was_healthy_is_unknown_soon_after_the_source_is_lost() -> None:
    watch = Watch()

    async def story() -> tuple[set[Health], set[Health]]:
        await watch.pass_(minutes=1)
        watch.darken("metrics", 1800.0)
        await watch.pass_(seconds=15)
        soon = await board(watch)
        await watch.pass_(seconds=30)
        return soon, await board(watch)

    assert watch.play(story()) == ({Health.HEALTHY}, {Health.UNKNOWN})


def test_a_dead_service_is_unhealthy() -> None:
    watch = Watch()

    async def story() -> Health:
        watch.inflict(ServiceDies(service="orders-1"))
        await watch.pass_(minutes=1)
        found = await watch.program.lookout.health(watch.clock.now())
        return found.of(watch.program.knowledge.estate(), "orders-1").health

    assert watch.play(story()) is Health.UNHEALTHY
