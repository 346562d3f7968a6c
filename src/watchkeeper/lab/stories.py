"""The six stories of a demo. Each lets something happen, and waits for the journal to tell it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.events.actions import ActionOutcome
from watchkeeper.domain.events.incidents import Escalation, Resolution
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.gates.kill_switch import RULE as KILL_SWITCH
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.lab.cast import Cast
from watchkeeper.lab.chronicle import Chronicle, cause_of
from watchkeeper.lab.stage import DidNotComeTrue, Stage

FILLING = timedelta(hours=6)  # a disk takes its time


@dataclass(frozen=True, kw_only=True)
class Story:
    """A headline, what to look at, and what is played. Playing raises DidNotComeTrue."""

    title: str
    what: str
    play: Callable[[Stage, Cast], Awaitable[None]]


async def fix(stage: Stage, cast: Cast) -> None:
    """An application dies and is started again."""
    victim = cast.mended.service
    stage.happens(cast.mended)
    await stage.until(lambda told: fixed(told, victim), f"{victim} was not mended")


async def refusal(stage: Stage, cast: Cast) -> None:
    """Two replicas die together; the second has to wait until the first is over."""
    victims = {each.service for each in cast.together}
    stage.happens(*cast.together)
    await stage.until(made_to_wait, "no gate refused to touch both at once")
    await stage.until(lambda told: all_fixed(told, victims), "they were not mended one by one")


async def approval(stage: Stage, cast: Cast) -> None:
    """The database dies; nobody granted anything there, so a person is asked."""
    victim = cast.asked_about.service
    stage.happens(cast.asked_about)
    await stage.approving(lambda told: fixed(told, victim), f"{victim} was not mended")
    if not any(action.approved_by for action in stage.chronicle.actions):
        raise DidNotComeTrue("nobody was asked")


async def foresight(stage: Stage, cast: Cast) -> None:
    """Something fills a disk; its end is told hours ahead, and space is made."""
    disk = cast.filling
    stage.happens(disk)
    await stage.until(foreseen, f"nobody foresaw the end of {disk.mount}", FILLING)
    stage.aside(f"left alone, it would be full at {stage.full_at(disk):%H:%M}")
    await stage.approving(lambda told: fixed(told, disk.server), f"{disk.mount} got no space")
    stage.person.ends_the_filling(disk)
    stage.aside(f"alice turns the debug logging off: {disk.mount} of {disk.server} fills no more")


async def failure(stage: Stage, cast: Cast) -> None:
    """A service dies that cannot be started: the runbook stops there and calls a person."""
    stage.happens(*cast.will_not_start)
    await stage.until(gave_up, "no runbook failed")


async def stop(stage: Stage, cast: Cast) -> None:
    """A person stops everything between two steps of a fix."""
    stage.happens(cast.stopped)
    await stage.until(half_way, "no fix was half done")
    await stage.person.stops_everything("wait, I am looking at this one")
    before = len(stage.plant.executor.launched)
    refused = await stage.until(
        lambda told: refused_by(told, KILL_SWITCH), "the kill switch stopped nothing"
    )
    await stage.pass_minutes(5)
    if len(stage.plant.executor.launched) != before:
        raise DidNotComeTrue("something was started though the kill switch was engaged")
    await stage.person.lets_go("seen; go on")
    by_hand(stage, refused)
    await stage.until(lambda told: told.all_closed, "it was not over")


STORIES = (
    Story(title="A fix", what="an application dies; what only suffers is told apart", play=fix),
    Story(
        title="A refusal",
        what="two replicas die at once; one has to wait, as no more may be under change",
        play=refusal,
    ),
    Story(
        title="An approval",
        what="the database dies; nobody granted anything there, so a person is asked",
        play=approval,
    ),
    Story(
        title="A disk foreseen full",
        what="told hours before it is, from the month's history and today's trend",
        play=foresight,
    ),
    Story(
        title="A runbook that fails",
        what="a service cannot be started; it stops, does nothing more, and calls a person",
        play=failure,
    ),
    Story(
        title="The kill switch",
        what="a person stops everything between two steps of a fix",
        play=stop,
    ),
)


def fixed(told: Chronicle, cause: str) -> IncidentState | None:
    """An incident with this cause that was closed as fixed, when nothing else is left open."""
    found = (
        incident
        for incident in told.incidents
        if cause_of(incident) == cause and incident.resolution is Resolution.FIXED
    )
    return next(found, None) if told.all_closed else None


def all_fixed(told: Chronicle, causes: set[str]) -> bool:
    """Whether every one of these was closed as fixed."""
    return all(fixed(told, cause) for cause in causes)


def made_to_wait(told: Chronicle) -> ActionState | None:
    """An action that was refused for as long as another was under way."""
    return next((state for state in told.actions if state.waits), None)


def refused_by(told: Chronicle, rule: str) -> ActionState | None:
    """An action that this gate refused, whose incident is with a person now."""
    escalated = {i.id for i in told.incidents if i.escalation is Escalation.REFUSED}
    for state in told.actions:
        refusing = {v.rule for v in state.verdicts if v.ruling is Ruling.REFUSED}
        known = state.action is not None and state.action.incident in escalated
        if known and state.outcome is ActionOutcome.REFUSED and rule in refusing:
            return state
    return None


def foreseen(told: Chronicle) -> IncidentState | None:
    """An incident about something that has not happened yet."""
    for incident in told.incidents:
        forecasts = [a for a in incident.anomalies if a.kind is AnomalyKind.FORECAST]
        opened = incident.opened_at
        if opened and any(a.expected_at and a.expected_at > opened for a in forecasts):
            return incident
    return None


def gave_up(told: Chronicle) -> IncidentState | None:
    """An incident that is with a person because what was tried failed, written up."""
    failed = (Escalation.STEP_FAILED, Escalation.NOT_VERIFIED)
    found = (i for i in told.incidents if i.escalation in failed and i.taken and i.written_up)
    return next(found, None)


def half_way(told: Chronicle) -> IncidentState | None:
    """An incident of which one step is done, and not yet the last."""
    for incident in told.incidents:
        done = [taken for taken in incident.taken if taken.outcome is ActionOutcome.SUCCEEDED]
        if incident.phase is Phase.ACTING and done:
            return incident
    return None


def by_hand(stage: Stage, refused: ActionState) -> None:
    """The person does herself what was refused."""
    if refused.action is not None:
        stage.person.starts_by_hand(refused.action.target)
        stage.aside(f"alice starts {refused.action.target} by hand")
