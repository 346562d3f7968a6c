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


def test_services_are_healthy_by_their_probes_and_unknown_before_the_first_cycle() -> None:
    watch = Watch()

    async def story() -> dict[str, tuple[Health, Health]]:
        graph = watch.program.knowledge.estate
        probed = [s.name for s in watch.estate.services if s.probe]
        before = await watch.program.lookout.health(watch.clock.now())
        await watch.pass_(minutes=1)
        after = await watch.program.lookout.health(watch.clock.now())
        return {n: (before.of(graph(), n).health, after.of(graph(), n).health) for n in probed}

    found = watch.play(story())
    assert found
    assert set(found.values()) == {(Health.UNKNOWN, Health.HEALTHY)}


def test_a_dead_service_is_unhealthy_and_a_lost_source_makes_the_healthy_unknown() -> None:
    watch = Watch()

    async def board() -> dict[str, Health]:
        graph = watch.program.knowledge.estate()
        found = await watch.program.lookout.health(watch.clock.now())
        return {name: found.of(graph, name).health for name in graph.services}

    async def story() -> tuple[dict[str, Health], dict[str, Health]]:
        watch.inflict(ServiceDies(service="orders-1"))
        await watch.pass_(minutes=1)
        seen = await board()
        watch.darken("metrics", 1800.0)
        await watch.pass_(minutes=5)
        return seen, await board()

    seen, dark = watch.play(story())
    assert seen["orders-1"] is Health.UNHEALTHY
    well = [name for name, health in seen.items() if health is Health.HEALTHY]
    assert well
    assert {dark[name] for name in well} == {Health.UNKNOWN}
