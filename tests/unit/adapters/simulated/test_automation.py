from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest

from watchkeeper.adapters.simulated.automation import EXECUTOR, SimulatedAutomation
from watchkeeper.adapters.simulated.faults import (
    Culprit,
    Death,
    DiskFills,
    ServerVanishes,
    ServiceDies,
    StartFails,
    StartFailure,
    WrapperDies,
)
from watchkeeper.adapters.simulated.havoc import Havoc
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.simulated.world import World
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.domain.action import digest_of_parameters
from watchkeeper.domain.job import Finished, JobState, NeverStarted, Running, Unknowable
from watchkeeper.domain.playbook import Playbook, PlaybookParameter
from watchkeeper.domain.runbook import ParameterType
from watchkeeper.domain.warrant import Spent, Warrant
from watchkeeper.ports.errors import AlreadyLaunched, LaunchFailed, TemplateRefused

BOOKS = tuple(
    Playbook(
        name=name,
        files=((f"{name}.yml", b"- hosts: all\n"),),
        parameters=tuple(PlaybookParameter(name=kind.value, type=kind) for kind in kinds),
    )
    for name, kinds in (
        ("start_service", (ParameterType.UNIT,)),
        ("stop_leftovers", (ParameterType.UNIT,)),
        ("rotate_logs", (ParameterType.MOUNT, ParameterType.PATHS)),
        ("vacuum_journal", (ParameterType.MOUNT,)),
    )
)
MINUTE = timedelta(minutes=1)


class Shelf:
    """The four playbooks, as a source."""

    def playbooks(self) -> tuple[Playbook, ...]:
        return BOOKS


@dataclass
class Desk:
    """Orders templates as a spent warrant does, and looks at what became of them."""

    world: World
    clock: ManualClock
    automation: SimulatedAutomation
    numbers: Iterator[int]
    timeout_seconds: float = 60

    def spent(self, template: str, server: str, **parameters: str) -> Spent:
        book = next(b for b in BOOKS if b.name == template)
        given = tuple((name, (value,)) for name, value in sorted(parameters.items()))
        warrant = Warrant(
            id=f"W{next(self.numbers)}",
            action="A1",
            incident="I1",
            runbook="restart-dead-service",
            step="start",
            target="front-1",
            server=server,
            template=template,
            template_digest=book.template.digest,
            parameters_digest=digest_of_parameters(given),
            executor=EXECUTOR,
            kill_epoch=0,
            start_before=self.clock.now() + MINUTE,
        )
        return Spent(warrant=warrant, at=self.clock.now())

    async def launch(self, spent: Spent, **parameters: str) -> None:
        book = next(b for b in BOOKS if b.name == spent.warrant.template)
        given = tuple((name, (value,)) for name, value in sorted(parameters.items()))
        await self.automation.launch(spent, book.template, given, self.timeout_seconds)

    async def carried_out(self, template: str, server: str, **parameters: str) -> JobState:
        spent = self.spent(template, server, **parameters)
        await self.launch(spent, **parameters)
        self.clock.advance(MINUTE)
        return await self.automation.find(spent.warrant.id)


@pytest.fixture
def page() -> SimulatedKillPage:
    return SimulatedKillPage()


@pytest.fixture
def desk(world: World, havoc: Havoc, clock: ManualClock, page: SimulatedKillPage) -> Desk:
    automation = SimulatedAutomation(world, havoc, Shelf(), page)
    return Desk(world, clock, automation, iter(range(1000)))


async def test_a_dead_service_is_started_again(desk: Desk, havoc: Havoc) -> None:
    havoc.inflict(ServiceDies(service="front-1"))
    job = await desk.carried_out("start_service", "web-1", unit="front")
    assert isinstance(job, Finished)
    assert (job.succeeded, job.return_code, job.changed) == (True, 0, 1)
    assert desk.world.probe_reason("front-1") == "200"


async def test_leftovers_hold_the_port_until_they_are_stopped(desk: Desk, havoc: Havoc) -> None:
    havoc.inflict(ServiceDies(service="front-1", death=Death.MAIN_DEAF))
    early = await desk.carried_out("start_service", "web-1", unit="front")
    assert isinstance(early, Finished)
    assert (early.succeeded, early.failed) == (False, 1)
    assert "address already in use" in early.output
    await desk.carried_out("stop_leftovers", "web-1", unit="front")
    late = await desk.carried_out("start_service", "web-1", unit="front")
    assert isinstance(late, Finished)
    assert late.succeeded
    assert desk.world.probe_reason("front-1") == "200"


async def test_a_running_service_is_left_alone(desk: Desk) -> None:
    started = await desk.carried_out("start_service", "web-1", unit="front")
    stopped = await desk.carried_out("stop_leftovers", "web-1", unit="front")
    assert isinstance(started, Finished)
    assert isinstance(stopped, Finished)
    assert (started.succeeded, started.changed, stopped.changed) == (True, 0, 0)
    assert desk.world.probe_reason("front-1") == "200"


@pytest.mark.parametrize(
    ("failure", "succeeds"), [(StartFailure.REFUSES, False), (StartFailure.DIES_AT_ONCE, True)]
)
async def test_a_service_that_does_not_come_back(
    desk: Desk, havoc: Havoc, failure: StartFailure, succeeds: bool
) -> None:
    havoc.inflict(StartFails(service="front-1", failure=failure))
    havoc.inflict(ServiceDies(service="front-1"))
    job = await desk.carried_out("start_service", "web-1", unit="front")
    assert isinstance(job, Finished)
    assert job.succeeded is succeeds
    assert desk.world.probe_reason("front-1") == "refused"


async def test_only_the_listed_logs_and_the_journal_are_cut(desk: Desk, havoc: Havoc) -> None:
    for culprit in Culprit:
        havoc.inflict(DiskFills(server="app-1", mount="/var", culprit=culprit, ratio_per_hour=0.1,
                                lasts=timedelta(hours=1)))  # fmt: skip
    desk.clock.advance(timedelta(hours=1))
    volume = desk.world.hosts["app-1"].volumes["/var"]

    def beyond() -> float:
        return float(volume.beyond(np.array([desk.world.now()]))[0])

    assert beyond() == pytest.approx(0.3)
    other = await desk.carried_out("rotate_logs", "app-1", mount="/var", paths="/var/log/auth.log")
    assert isinstance(other, Finished)
    assert other.changed == 0
    shop = {"paths": "/var/log/shop/shop.log"}
    elsewhere = await desk.carried_out("rotate_logs", "app-1", mount="/", **shop)
    assert isinstance(elsewhere, Finished)
    assert elsewhere.changed == 0
    await desk.carried_out("rotate_logs", "app-1", mount="/var", **shop)
    assert beyond() == pytest.approx(0.2, abs=0.01)
    await desk.carried_out("vacuum_journal", "app-1", mount="/var")
    assert beyond() == pytest.approx(0.1, abs=0.03)


async def test_a_job_goes_on_though_nobody_looks(desk: Desk, havoc: Havoc) -> None:
    havoc.inflict(ServiceDies(service="front-1"))
    spent = desk.spent("start_service", "web-1", unit="front")
    await desk.launch(spent, unit="front")
    assert await desk.automation.find(spent.warrant.id) == Running()
    desk.clock.advance(MINUTE)
    found = await desk.automation.find(spent.warrant.id)
    assert isinstance(found, Finished)
    assert found.started_at == spent.at
    assert found.finished_at < desk.clock.now()


async def test_one_warrant_starts_one_job(desk: Desk) -> None:
    spent = desk.spent("start_service", "web-1", unit="front")
    await desk.launch(spent, unit="front")
    with pytest.raises(AlreadyLaunched):
        await desk.launch(spent, unit="front")
    assert desk.automation.launched == (spent.warrant,)


async def test_what_was_said_never_to_start_never_starts(desk: Desk) -> None:
    spent = desk.spent("start_service", "web-1", unit="front")
    assert await desk.automation.find(spent.warrant.id) == NeverStarted()
    with pytest.raises(LaunchFailed):
        await desk.launch(spent, unit="front")
    assert await desk.automation.find(spent.warrant.id) == NeverStarted()


async def test_a_killed_wrapper_is_unknowable(desk: Desk, havoc: Havoc) -> None:
    spent = desk.spent("start_service", "web-1", unit="front")
    await desk.launch(spent, unit="front")
    havoc.inflict(WrapperDies(server="web-1"))
    assert isinstance(await desk.automation.find(spent.warrant.id), Unknowable)


async def test_the_kill_page_stops_a_job_before_its_next_task(
    desk: Desk, havoc: Havoc, page: SimulatedKillPage
) -> None:
    havoc.inflict(ServiceDies(service="front-1"))
    spent = desk.spent("start_service", "web-1", unit="front")
    await desk.launch(spent, unit="front")
    page.engage()
    desk.clock.advance(MINUTE)
    found = await desk.automation.find(spent.warrant.id)
    assert isinstance(found, Finished)
    assert not found.succeeded
    assert desk.world.probe_reason("front-1") == "refused"


async def test_a_cancelled_job_stops_before_its_next_task(desk: Desk, havoc: Havoc) -> None:
    havoc.inflict(ServiceDies(service="front-1"))
    spent = desk.spent("start_service", "web-1", unit="front")
    await desk.launch(spent, unit="front")
    await desk.automation.cancel(spent.warrant.id)
    desk.clock.advance(MINUTE)
    found = await desk.automation.find(spent.warrant.id)
    assert isinstance(found, Finished)
    assert not found.succeeded


async def test_a_job_that_takes_too_long_is_ended(desk: Desk) -> None:
    spent = desk.spent("start_service", "web-1", unit="front")
    desk.timeout_seconds = 1.0
    await desk.launch(spent, unit="front")
    desk.clock.advance(MINUTE)
    found = await desk.automation.find(spent.warrant.id)
    assert isinstance(found, Finished)
    assert found.return_code == 124


async def test_an_unreachable_server_is_said_to_be_one(desk: Desk, havoc: Havoc) -> None:
    havoc.inflict(ServerVanishes(server="web-1", lasts=timedelta(hours=1)))
    found = await desk.carried_out("start_service", "web-1", unit="front")
    assert isinstance(found, Finished)
    assert (found.succeeded, found.unreachable) == (False, 1)


async def test_nothing_is_started_that_the_warrant_does_not_say(desk: Desk) -> None:
    spent = desk.spent("start_service", "web-1", unit="front")
    altered = replace(spent, warrant=replace(spent.warrant, executor="ansible-local"))
    with pytest.raises(LaunchFailed):
        await desk.launch(altered, unit="front")
    with pytest.raises(LaunchFailed):
        await desk.launch(spent, unit="shop")
    changed = replace(BOOKS[0].template, digest="0" * 64)
    other = replace(spent, warrant=replace(spent.warrant, template_digest="0" * 64))
    with pytest.raises(TemplateRefused):
        await desk.automation.launch(other, changed, (("unit", ("front",)),), 60)
    assert desk.automation.launched == ()
