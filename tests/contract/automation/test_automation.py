"""What every executor keeps to: one warrant, one job at most, and an honest answer afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contract.automation.workshop import Ending, Errand, Workshop
from watchkeeper.domain.job import Finished, NeverStarted, Running, Unknowable
from watchkeeper.ports.errors import AlreadyLaunched, LaunchFailed, TemplateRefused


async def finished(workshop: Workshop, warrant: str = "W1") -> Finished:
    state = await workshop.over(warrant)
    assert isinstance(state, Finished), state
    return state


async def test_a_template_is_carried_out_and_counted(workshop: Workshop) -> None:
    before = workshop.now()
    await workshop.launch(await workshop.errand(Ending.WORKS))
    job = await finished(workshop)
    assert (job.succeeded, job.return_code) == (True, 0)
    assert (job.changed, job.failed, job.unreachable) == (1, 0, 0)
    assert job.output.strip()
    assert before - timedelta(seconds=1) <= job.started_at <= job.finished_at
    assert job.finished_at <= workshop.now() + timedelta(seconds=1)
    assert workshop.done()


async def test_a_failing_task_is_a_failed_job_and_nothing_follows_it(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.FAILS))
    job = await finished(workshop)
    assert not job.succeeded
    assert job.return_code != 0
    assert (job.changed, job.failed, job.unreachable) == (0, 1, 0)
    assert not workshop.done()


async def test_an_unreachable_server_is_told_apart_from_a_failure(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.UNREACHABLE))
    job = await finished(workshop)
    assert not job.succeeded
    assert (job.failed, job.unreachable) == (0, 1)


async def test_launching_returns_while_the_job_runs_on(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.SLOW))
    assert await workshop.automation.find("W1") == Running()
    assert await workshop.again().find("W1") == Running()
    assert (await finished(workshop)).succeeded
    assert workshop.done()


async def test_what_is_over_is_told_the_same_to_whoever_comes_later(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.WORKS))
    job = await finished(workshop)
    assert await workshop.again().find("W1") == job


async def test_one_warrant_starts_one_job(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.WORKS)
    spent = workshop.spent(errand)
    await workshop.automation.launch(spent, errand.template, errand.parameters, 60)
    for automation in (workshop.automation, workshop.again()):
        with pytest.raises(AlreadyLaunched):
            await automation.launch(spent, errand.template, errand.parameters, 60)
    assert (await finished(workshop)).succeeded
    with pytest.raises(AlreadyLaunched):
        await workshop.again().launch(spent, errand.template, errand.parameters, 60)
    assert workshop.runs() == 1


async def test_what_was_said_never_to_start_never_starts(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.WORKS)
    assert await workshop.automation.find("W1") == NeverStarted()
    for automation in (workshop.automation, workshop.again()):
        with pytest.raises(LaunchFailed):
            await automation.launch(workshop.spent(errand), errand.template, errand.parameters, 60)
        assert await automation.find("W1") == NeverStarted()
    assert workshop.runs() == 0


async def test_only_templates_of_the_library_as_approved(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.WORKS)
    altered = replace(errand.template, digest="0" * 64)
    unknown = replace(errand.template, name="format_the_disk")
    for number, template in enumerate((altered, unknown)):
        other = replace(errand, template=template)
        with pytest.raises(TemplateRefused):
            await workshop.launch(other, number=f"W{number}")
        assert await workshop.automation.find(f"W{number}") == NeverStarted()
    assert workshop.runs() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"executor": "somebody-else"},
        {"template": "another_template"},
        {"template_digest": "0" * 64},
        {"parameters_digest": "0" * 64},
        {"server": "far-away-1"},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_nothing_starts_that_the_warrant_does_not_say(
    workshop: Workshop, changes: dict[str, str]
) -> None:
    errand = await workshop.errand(Ending.WORKS)
    spent = workshop.spent(errand, **changes)
    with pytest.raises(LaunchFailed):
        await workshop.automation.launch(spent, errand.template, errand.parameters, 60)
    assert workshop.runs() == 0


@pytest.mark.parametrize(
    "value",
    ["{{ lookup('pipe', 'id') }}", "/a/../etc/passwd", "$(id)", "a\nb", "-rf", "", "x" * 2000],
    ids=["template", "dots", "shell", "line", "option", "empty", "long"],
)
async def test_parameters_are_names_and_paths_and_never_anything_else(
    workshop: Workshop, value: str
) -> None:
    errand = await workshop.errand(Ending.WORKS)
    strange = replace(errand, parameters=((errand.parameters[0][0], (value,)),))
    with pytest.raises(LaunchFailed):
        await workshop.launch(strange)
    assert await workshop.automation.find("W1") == NeverStarted()
    assert workshop.runs() == 0


async def test_a_parameter_may_not_be_missing_or_given_twice(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.WORKS)
    [(name, [value])] = errand.parameters
    for number, values in enumerate(((), (value, value))):
        with pytest.raises(LaunchFailed):
            await workshop.launch(replace(errand, parameters=((name, values),)), f"W{number}")
    assert workshop.runs() == 0


async def test_what_a_template_does_not_take_is_left_out(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.WORKS)
    more = tuple(sorted((*errand.parameters, ("zone", ("{{ anything }}",)))))
    await workshop.launch(replace(errand, parameters=more))
    assert (await finished(workshop)).succeeded


async def test_a_job_that_takes_too_long_is_ended(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.SLOW)
    await workshop.launch(errand, timeout_seconds=0.3)
    job = await finished(workshop)
    assert (job.succeeded, job.return_code) == (False, 124)
    assert not workshop.done()


async def test_the_kill_page_stops_a_job_before_its_next_task(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.SLOW))
    await workshop.begun("W1")
    workshop.engage_kill_page()
    job = await finished(workshop)
    assert not job.succeeded
    assert not workshop.done()


async def test_a_cancelled_job_stops_before_its_next_task(workshop: Workshop) -> None:
    await workshop.launch(await workshop.errand(Ending.SLOW))
    await workshop.begun("W1")
    await workshop.again().cancel("W1")
    job = await finished(workshop)
    assert not job.succeeded
    assert not workshop.done()


async def test_cancelling_what_is_not_there_changes_nothing(workshop: Workshop) -> None:
    errand: Errand = await workshop.errand(Ending.WORKS)
    await workshop.automation.cancel("W1")
    await workshop.launch(errand)
    job = await finished(workshop)
    await workshop.automation.cancel("W1")
    assert job.succeeded
    assert await workshop.automation.find("W1") == job


async def test_a_job_whose_executor_was_killed_is_unknowable(workshop: Workshop) -> None:
    errand = await workshop.errand(Ending.SLOW)
    spent = workshop.spent(errand)
    await workshop.automation.launch(spent, errand.template, errand.parameters, 60)
    await workshop.begun("W1")
    await workshop.lose("W1")
    assert isinstance(await workshop.over("W1"), Unknowable)
    for automation in (workshop.automation, workshop.again()):
        found = await automation.find("W1")
        assert isinstance(found, Unknowable), found
        assert found.reason
        with pytest.raises(AlreadyLaunched):
            await automation.launch(spent, errand.template, errand.parameters, 60)
    assert workshop.runs() == 1
