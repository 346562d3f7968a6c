"""What a person orders is in the journal when the order returns, or refused by name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.speakers import told
from tests.unit.interfaces.standing import (
    ACTION,
    AGENT,
    ALICE,
    NOW,
    RUNBOOK,
    Installation,
    ask_for,
)
from watchkeeper.domain.blob import Blob, opened
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft
from watchkeeper.domain.events.actions import (
    ApprovalDenied,
    ApprovalWithdrawn,
    action_stream,
)
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.governance.action_fold import ActionPhase
from watchkeeper.governance.authority import Authority
from watchkeeper.orchestration.orders import answering, granting, refusal, stopping
from watchkeeper.orchestration.orders.desk import TRIES, Desk, Rehearsal
from watchkeeper.orchestration.orders.granting import Wanted
from watchkeeper.ports.errors import JournalClosed, MayNotSay

BOB = Actor(kind=ActorKind.PERSON, name="bob")
LIBRARY = frozenset({RUNBOOK.id})


@pytest.fixture
def place() -> Installation:
    return Installation()


def desk(place: Installation, by: Actor = ALICE) -> Desk:
    return Desk(by=by, journal=place.journal, page=place.page, identifiers=place.identifiers)


def rehearsal(place: Installation) -> Desk:
    return Rehearsal(
        by=ALICE, journal=place.journal, page=place.page, identifiers=place.identifiers
    )


def wanted(level: AutonomyLevel, server_class: str = "web", runbook: str = RUNBOOK.id) -> Wanted:
    return Wanted(runbook=runbook, server_class=server_class, level=level)


async def authority(place: Installation) -> Authority:
    held = await place.journal.held(AUTHORITY)
    assert held is not None
    state: Authority = held.state
    return state


async def phase(place: Installation) -> ActionPhase:
    held = await place.journal.held(action_stream(ACTION.id))
    assert held is not None
    return ActionPhase(held.state.phase)


async def test_a_grant_is_in_the_journal_with_who_and_why(place: Installation) -> None:
    given = await granting.grant(
        desk(place), LIBRARY, wanted(AutonomyLevel.ACT_AND_NOTIFY), reason="nights are quiet"
    )
    assert (given.before, given.unproven) == (None, True)
    state = await authority(place)
    assert state.level(RUNBOOK.id, "web") is AutonomyLevel.ACT_AND_NOTIFY
    assert state.grants[0].by == "person:alice"
    (blob,) = place.disk.blobs.values()
    assert opened(blob) == "nights are quiet"


async def test_lowering_a_level_says_what_stood_there_before(place: Installation) -> None:
    await granting.grant(desk(place), LIBRARY, wanted(AutonomyLevel.ACT))
    lowered = await granting.grant(desk(place), LIBRARY, wanted(AutonomyLevel.OBSERVE))
    assert (lowered.before, lowered.unproven) == (AutonomyLevel.ACT, False)
    assert (await authority(place)).level(RUNBOOK.id, "web") is AutonomyLevel.OBSERVE


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (wanted(AutonomyLevel.ACT, runbook="nobody-wrote-it"), refusal.UnknownRunbook),
        (wanted(AutonomyLevel.ACT, server_class="unclassified"), refusal.UnclassifiedNeverActs),
    ],
)
async def test_what_must_not_be_granted_is_refused_by_name(
    place: Installation, order: Wanted, refusal: type[refusal.OrderRefused]
) -> None:
    with pytest.raises(refusal) as refused:
        await granting.grant(desk(place), LIBRARY, order)
    assert " ".join((refusal.__doc__ or "").split()) in str(refused.value)
    assert place.disk.records == []


async def test_an_unclassified_server_may_still_be_told_to_ask(place: Installation) -> None:
    await granting.grant(
        desk(place), LIBRARY, wanted(AutonomyLevel.APPROVE, server_class="unclassified")
    )
    assert len(place.disk.records) == 1


async def test_only_a_person_can_grant(place: Installation) -> None:
    agent = Actor(kind=ActorKind.AGENT, name="learning")
    with pytest.raises(MayNotSay):
        await granting.grant(desk(place, agent), LIBRARY, wanted(AutonomyLevel.ACT))


async def test_an_approval_of_what_was_shown_lets_the_action_go(place: Installation) -> None:
    action = await ask_for(place.journal)
    answered = await answering.approve(desk(place), action="A1", digest=action.digest, now=NOW)
    assert (answered.answer, answered.target) == ("approved", "shop")
    assert await phase(place) is ActionPhase.APPROVED


async def test_an_approval_of_something_else_is_refused_and_nothing_goes(
    place: Installation,
) -> None:
    await ask_for(place.journal)
    shown = replace(ACTION, parameters=(("unit", ("sshd",)),)).digest
    with pytest.raises(refusal.DigestChanged):
        await answering.approve(desk(place), action="A1", digest=shown, now=NOW)
    assert await phase(place) is ActionPhase.AWAITING_APPROVAL


async def test_a_denial_keeps_its_reason_beside_the_journal(place: Installation) -> None:
    await ask_for(place.journal)
    await answering.deny(
        desk(place), action="A1", reason="not tonight: token=hunter2hunter2", now=NOW
    )
    assert await phase(place) is ActionPhase.DENIED
    (blob,) = place.disk.blobs.values()
    assert opened(blob).startswith("not tonight")
    assert "hunter2" not in opened(blob), "a secret in a reason is masked"


async def test_nobody_answers_twice(place: Installation) -> None:
    action = await ask_for(place.journal)
    await answering.deny(desk(place), action="A1", reason="", now=NOW)
    with pytest.raises(refusal.NothingToApprove, match="denied"):
        await answering.approve(desk(place), action="A1", digest=action.digest, now=NOW)


async def test_an_answer_after_the_time_is_refused(place: Installation) -> None:
    action = await ask_for(place.journal)
    late = NOW + timedelta(hours=1)
    with pytest.raises(refusal.ApprovalLapsed):
        await answering.approve(desk(place), action="A1", digest=action.digest, now=late)


async def test_an_action_that_never_was_is_refused(place: Installation) -> None:
    with pytest.raises(refusal.UnknownAction, match="A9"):
        await answering.deny(desk(place), action="A9", reason="", now=NOW)


class Overtaken(Desk):
    """A desk at which others speak first, one of them before each entry."""

    others: list[tuple[Actor, Body]]

    async def write(self, drafts: tuple[Draft, ...], reason: Blob | None) -> None:
        if self.others:
            by, other = self.others.pop(0)
            await told(self.journal, (Draft(stream=drafts[0].stream, body=other),), by=by)
        await super().write(drafts, reason)


def overtaken(place: Installation, *bodies: Body, by: Actor = AGENT) -> Desk:
    made = Overtaken(
        by=ALICE, journal=place.journal, page=place.page, identifiers=place.identifiers
    )
    made.others = [(by, body) for body in bodies]
    return made


async def test_an_answer_that_was_overtaken_is_looked_at_again(place: Installation) -> None:
    """Between looking and writing, the other person's denial came in."""
    action = await ask_for(place.journal)
    by_alice = overtaken(place, ApprovalDenied(), by=BOB)
    with pytest.raises(refusal.NothingToApprove):
        await answering.approve(by_alice, action="A1", digest=action.digest, now=NOW)
    assert await phase(place) is ActionPhase.DENIED


async def test_the_kill_switch_says_stop_on_the_page_and_in_the_journal(
    place: Installation,
) -> None:
    switched = await stopping.engage_kill(desk(place), reason="fire")
    assert (switched.engaged, switched.epoch, switched.changed) == (True, 1, True)
    assert place.page.engaged()
    assert (await authority(place)).killed


async def test_engaging_twice_is_once(place: Installation) -> None:
    await stopping.engage_kill(desk(place))
    again = await stopping.engage_kill(desk(place))
    assert (again.epoch, again.changed) == (1, False)
    assert place.kinds() == ["kill.engaged"]


async def test_a_journal_that_cannot_be_written_stops_it_all_the_same(place: Installation) -> None:
    await place.journal.close()
    with pytest.raises(JournalClosed):
        await stopping.engage_kill(desk(place))
    assert place.page.engaged()


async def test_the_page_says_go_only_once_the_release_is_in_the_journal(
    place: Installation,
) -> None:
    await stopping.engage_kill(desk(place, BOB))
    pages: list[bool] = []

    class Looking(Desk):
        async def say(
            self, stream: str, body: Body, reason: Blob | None, expected: int | None
        ) -> None:
            await super().say(stream, body, reason, expected)
            pages.append(self.page.engaged())

    looking = Looking(
        by=ALICE, journal=place.journal, page=place.page, identifiers=place.identifiers
    )
    await stopping.release_kill(looking, now=NOW)
    assert pages == [True]
    assert not place.page.engaged()
    assert not (await authority(place)).killed


async def test_a_page_that_somebody_wrote_by_hand_can_be_released(place: Installation) -> None:
    place.page.engage()
    await stopping.release_kill(desk(place), now=NOW)
    assert not place.page.engaged()
    assert place.kinds() == ["kill.released"]


async def test_there_is_nothing_to_release_when_nothing_is_engaged(place: Installation) -> None:
    with pytest.raises(refusal.NotEngaged):
        await stopping.release_kill(desk(place), now=NOW)


async def test_whoever_engages_it_again_meanwhile_wins(place: Installation) -> None:
    await stopping.engage_kill(desk(place, BOB))
    with pytest.raises(refusal.EngagedAgain):
        await stopping.release_kill(overtaken(place, KillEngaged(scope="all")), now=NOW)
    assert place.page.engaged()
    assert (await authority(place)).killed


async def test_a_warrant_that_ends_meanwhile_does_not_keep_it_engaged(place: Installation) -> None:
    await stopping.engage_kill(desk(place, BOB))
    settled = WarrantSettled(warrant="W1", outcome=WarrantOutcome.FAILED)
    await stopping.release_kill(overtaken(place, settled), now=NOW)
    assert not place.page.engaged()


@pytest.mark.parametrize("answer", ["approve", "deny"])
async def test_a_question_that_was_taken_back_is_answered_by_nobody(
    place: Installation, answer: str
) -> None:
    action = await ask_for(place.journal)
    withdrawn = Draft(stream=action_stream("A1"), body=ApprovalWithdrawn())
    await place.journal.append(AGENT, (withdrawn,))
    with pytest.raises(refusal.NothingToApprove, match="A1 is withdrawn"):
        if answer == "approve":
            await answering.approve(desk(place), action="A1", digest=action.digest, now=NOW)
        else:
            await answering.deny(desk(place), action="A1", reason="no", now=NOW)
    assert await phase(place) is ActionPhase.AWAITING_APPROVAL


async def test_an_order_that_is_always_overtaken_gives_up(place: Installation) -> None:
    await stopping.engage_kill(desk(place, BOB))
    settled = WarrantSettled(warrant="W1", outcome=WarrantOutcome.FAILED)
    with pytest.raises(refusal.KeepsMoving):
        await stopping.release_kill(overtaken(place, *[settled] * TRIES), now=NOW)
    assert place.page.engaged()


async def test_a_rehearsal_checks_everything_and_changes_nothing(place: Installation) -> None:
    action = await ask_for(place.journal)
    before = list(place.disk.records)
    await granting.grant(rehearsal(place), LIBRARY, wanted(AutonomyLevel.ACT))
    await answering.approve(rehearsal(place), action="A1", digest=action.digest, now=NOW)
    await answering.deny(rehearsal(place), action="A1", reason="no", now=NOW)
    await stopping.engage_kill(rehearsal(place))
    with pytest.raises(refusal.DigestChanged):
        await answering.approve(rehearsal(place), action="A1", digest="other", now=NOW)
    assert place.disk.records == before
    assert not place.page.engaged()


async def test_a_reason_is_bounded(place: Installation) -> None:
    with pytest.raises(refusal.ReasonTooLong):
        await stopping.engage_kill(desk(place), reason="x" * 2001)


def test_a_refusal_is_its_docstring() -> None:
    assert str(refusal.NotEngaged()) == (
        "The kill switch is not engaged: there is nothing to release."
    )
