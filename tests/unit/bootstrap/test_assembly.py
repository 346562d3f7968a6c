"""The parts together, where what one does meets what another has just said."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.bootstrap.watch import Watch
from watchkeeper.adapters.simulated.faults import ServiceDies, StartFails, StartFailure
from watchkeeper.bootstrap.agents import MONITORING
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.actions import (
    ApprovalRequested,
    JobFinished,
    LaunchRequested,
)
from watchkeeper.domain.events.authority import WarrantMinted, WarrantSpent
from watchkeeper.domain.events.incidents import (
    Escalation,
    IncidentClosed,
    IncidentEscalated,
    IncidentOpened,
    PostMortemWritten,
    Resolution,
    RunbookChosen,
    StepWithdrawn,
)
from watchkeeper.domain.events.sources import SourceLost, source_stream
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.orchestration.orders.answering import approve
from watchkeeper.orchestration.orders.refusal import NothingToApprove
from watchkeeper.orchestration.orders.stopping import engage_kill

DIES = ServiceDies(service="orders-1")


async def asked(watch: Watch) -> ApprovalRequested:
    """Orders is dead, nothing is granted: a person is asked."""
    watch.inflict(DIES)
    await watch.until_said(ApprovalRequested)
    return watch.all(ApprovalRequested)[-1]


def test_a_dead_service_is_restarted_verified_written_up_and_closed() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(IncidentOpened)
        await watch.until_all_is_over()

    watch.play(story())
    assert watch.started() == ["stop_leftovers orders-1", "start_service orders-1"]
    assert watch.incidents[0].resolution is Resolution.FIXED
    assert "- Cause: **orders-1**" in watch.write_up(watch.incidents[0])


def test_a_dead_upstream_and_its_victims_are_one_incident_and_only_the_upstream_is_touched() -> (
    None
):
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(IncidentOpened)
        await watch.until_all_is_over()

    watch.play(story())
    assert len(watch.incident.alerts) > 1
    assert {taken.target for taken in watch.incident.taken} == {"orders-1"}
    assert watch.incident.resolution is Resolution.FIXED


def test_what_comes_back_while_a_person_is_asked_is_taken_back_and_nothing_is_done() -> None:
    watch = Watch()

    async def story() -> None:
        approval = await asked(watch)
        action = watch.actions[-1].action
        assert action is not None
        watch.plant.world.processes["orders-1"].start(watch.plant.world.now())
        await watch.until_said(StepWithdrawn)
        with pytest.raises(NothingToApprove):
            await approve(
                watch.desk, action=action.id, digest=approval.digest, now=watch.clock.now()
            )
        await watch.until_said(IncidentClosed)

    watch.play(story())
    assert watch.started() == []
    assert watch.all(IncidentClosed)[0].resolution is Resolution.RECOVERED
    assert watch.all(IncidentEscalated) == []


def test_a_yes_lets_exactly_that_go() -> None:
    watch = Watch()

    async def story() -> None:
        while not watch.all(IncidentClosed):
            for state in watch.actions:
                if state.asks and state.action is not None:
                    await approve(
                        watch.desk,
                        action=state.action.id,
                        digest=state.action.digest,
                        now=watch.clock.now(),
                    )
            if not watch.all(ApprovalRequested):
                watch.inflict(DIES)
                await watch.until_said(ApprovalRequested)
            await watch.pass_(seconds=5)

    watch.play(story())
    assert [minted.autonomous for minted in watch.all(WarrantMinted)] == [False, False]
    assert watch.started() == ["stop_leftovers orders-1", "start_service orders-1"]


def test_nobody_answers_and_a_person_is_left_with_the_whole_story() -> None:
    watch = Watch(times=Times(approval=timedelta(minutes=5)))

    async def story() -> None:
        await asked(watch)
        await watch.pass_(minutes=6)

    watch.play(story())
    assert watch.incidents[0].escalation is Escalation.EXPIRED
    assert "take over, nobody approved" in watch.write_up(watch.incidents[0])
    assert watch.started() == []


def test_with_every_source_of_evidence_down_nothing_is_done_and_the_person_reads_why() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.darken("inspector")
        watch.darken("logs")
        watch.inflict(DIES)
        await watch.until_said(PostMortemWritten)

    watch.play(story())
    incident = watch.incidents[0]
    assert incident.phase is Phase.ESCALATED
    assert watch.started() == []
    follow_ups = watch.write_up(incident).split("## Follow-ups")[1]
    assert "- inspector could not be asked: refused." in follow_ups
    assert "- logs could not be asked: refused." in follow_ups


@pytest.mark.parametrize(("source", "asks"), [("simulated", True), ("retired", False)])
def test_while_a_source_is_lost_a_person_decides_but_one_that_nobody_asks_is_not_missed(
    source: str, asks: bool
) -> None:
    """The pretend metrics are one source; another is lost that the settings name no more."""
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(RunbookChosen)
        lost = SourceLost(source=source, reason="refused")
        await watch.journal.append(MONITORING, (Draft(stream=source_stream(source), body=lost),))
        await watch.until(lambda seen: bool(seen.all(ApprovalRequested) or seen.started()))

    watch.play(story())
    assert bool(watch.all(ApprovalRequested)) is asks


def test_a_source_that_is_lost_in_the_middle_of_an_action_stops_neither_nor_starts_more() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(WarrantSpent)
        watch.darken("metrics", seconds=600)
        await watch.until_said(SourceLost)
        await watch.pass_(minutes=30)

    watch.play(story())
    orders_, source = watch.incidents[0], next(i for i in watch.incidents if i.source_lost)
    assert watch.started() == ["stop_leftovers orders-1", "start_service orders-1"]
    assert (source.autonomous, source.taken) == (False, ())
    assert orders_.resolution in (Resolution.FIXED, Resolution.BY_PERSON)
    assert not orders_.open and not source.open


def test_a_service_that_leaves_the_estate_under_a_running_incident_is_touched_no_more() -> None:
    watch = Watch()

    async def story() -> None:
        await asked(watch)
        left = tuple(s for s in watch.estate.services if s.name != "orders-1")
        await watch.reload(replace(watch.estate, services=left))
        await approve_all(watch)
        await watch.until_said(IncidentEscalated)

    watch.play(story())
    assert watch.started() == []
    assert watch.incidents[0].escalation is Escalation.REFUSED


def test_a_server_whose_class_changed_under_a_running_incident_is_judged_by_its_new_one() -> None:
    watch = Watch()

    async def story() -> None:
        await asked(watch)
        vault = tuple(replace(s, server_class="vault") for s in watch.estate.servers)
        await watch.reload(Estate(servers=vault, services=watch.estate.services))
        await approve_all(watch)
        await watch.until_said(IncidentEscalated)

    watch.play(story())
    assert watch.started() == []


def test_a_runbook_that_is_rewritten_on_disk_in_mid_course_is_not_gone_on_with() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(LaunchRequested)
        rewritten = (replace(book, digest="another") for book in watch.shelf.books)
        watch.shelf.books = tuple(rewritten)
        await watch.reload(watch.estate)
        await watch.until(lambda w: w.incidents[0].escalation is not None)

    watch.play(story())
    assert watch.started() == ["stop_leftovers orders-1"]
    assert watch.incidents[0].escalation is Escalation.NO_RUNBOOK


def test_an_alert_that_is_raised_again_after_the_close_is_a_new_incident() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(IncidentClosed)
        await watch.until_all_is_over()
        before = len(watch.incidents)
        watch.inflict(DIES)
        await watch.until(lambda w: len(w.all(IncidentOpened)) > before)
        await watch.until_all_is_over()

    watch.play(story())
    assert watch.started().count("start_service orders-1") == 2


def test_a_fix_that_does_not_help_is_stopped_and_handed_over() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(StartFails(service="orders-1", failure=StartFailure.REFUSES))
        watch.inflict(DIES)
        await watch.until_said(IncidentEscalated)
        await watch.pass_(minutes=20)

    watch.play(story())
    assert watch.incidents[0].escalation is Escalation.STEP_FAILED
    assert watch.started() == ["stop_leftovers orders-1", "start_service orders-1"]
    assert [job.succeeded for job in watch.all(JobFinished)] == [True, False]


def test_the_kill_switch_in_the_middle_stops_what_was_about_to_start() -> None:
    watch = Watch()

    async def story() -> None:
        await watch.grant()
        watch.inflict(DIES)
        await watch.until_said(WarrantMinted)
        await engage_kill(watch.desk, reason="enough")
        await watch.pass_(minutes=10)
        assert len(watch.started()) <= 1
        await watch.until_said(IncidentEscalated)

    watch.play(story())
    assert "start_service orders-1" not in watch.started()


async def approve_all(watch: Watch) -> None:
    for state in watch.actions:
        if state.asks and state.action is not None:
            await approve(
                watch.desk,
                action=state.action.id,
                digest=state.action.digest,
                now=watch.clock.now(),
            )
