"""The built-in checks: passed, failed or unknown, and patient where the runbook says so."""

from dataclasses import replace

import pytest

from tests.unit.incidents.case import ESTATE
from tests.unit.incidents.ports import HEALTHY, SILENT, House, text_of
from watchkeeper.domain.events.incidents import (
    CheckAnswered,
    CheckOutcome,
    CheckPurpose,
    CheckRequested,
)
from watchkeeper.domain.runbook import CheckName
from watchkeeper.engine.machine import Answer
from watchkeeper.incidents.checks import (
    FULL_BELOW,
    SECONDS_A_LOOK,
    SPACE_AGAIN,
    answers,
    dead,
    has_space,
    is_filling,
)
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.ports.inspector import FilesystemState, ServiceState

PASSED, FAILED, UNKNOWN = CheckOutcome.PASSED, CheckOutcome.FAILED, CheckOutcome.UNKNOWN


def seen(
    *, answers: bool | None = None, alive: int | None = None, main: bool | None = None
) -> ServiceState:
    return ServiceState(
        answers=answers,
        probe_reason="" if answers is None else "200" if answers else "refused",
        probe_seconds=None,
        alive=alive,
        zombies=0,
        main_alive=main,
    )


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        # the main process is known: it decides …
        (seen(answers=False, alive=0, main=False), PASSED),
        (seen(answers=True, alive=3, main=False), PASSED),  # left-over workers still answer
        (seen(answers=True, alive=4, main=True), FAILED),
        (seen(answers=False, alive=4, main=True), FAILED),  # deaf, but alive
        (seen(answers=None, alive=4, main=True), FAILED),
        # … unless nothing of it is left and nothing answers: the pid has been taken by another
        (seen(answers=False, alive=0, main=True), PASSED),
        (seen(answers=None, alive=0, main=True), FAILED),
        # only its processes can be counted
        (seen(answers=False, alive=0), PASSED),
        (seen(answers=None, alive=0), PASSED),
        (seen(answers=True, alive=0), FAILED),  # somebody answers: it lives under another name
        (seen(answers=False, alive=2), FAILED),
        # only its probe can be asked
        (seen(answers=False), PASSED),
        (seen(answers=True), FAILED),
        # nothing can be told
        (seen(), UNKNOWN),
    ],
)
def test_a_service_is_dead_where_nothing_says_that_it_lives(
    state: ServiceState, outcome: CheckOutcome
) -> None:
    assert dead(state)[0] is outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (seen(answers=True, alive=0, main=False), PASSED),  # its probe has the word
        (seen(answers=False, alive=4, main=True), FAILED),
        (seen(main=True, alive=0), PASSED),  # without one, its main process
        (seen(main=False, alive=4), FAILED),
        (seen(alive=1), PASSED),  # without either, any of its processes
        (seen(alive=0), FAILED),
        (seen(), UNKNOWN),
    ],
)
def test_a_service_answers_by_the_best_word_that_can_be_had(
    state: ServiceState, outcome: CheckOutcome
) -> None:
    assert answers(state)[0] is outcome


def space(free: float) -> FilesystemState:
    return FilesystemState(mount="/var", free_ratio=free, inodes_free_ratio=1.0)


@pytest.mark.parametrize(
    ("free", "filling", "room"),
    [
        (0.0, PASSED, FAILED),
        (SPACE_AGAIN - 0.001, PASSED, FAILED),
        (SPACE_AGAIN, PASSED, PASSED),
        (FULL_BELOW - 0.001, PASSED, PASSED),
        (FULL_BELOW, FAILED, PASSED),
        (1.0, FAILED, PASSED),
    ],
)
def test_filling_and_room_again_have_their_own_borders(
    free: float, filling: CheckOutcome, room: CheckOutcome
) -> None:
    assert (is_filling(space(free))[0], has_space(space(free))[0]) == (filling, room)


def ask(
    check: CheckName, item: str = "shop", *, part: str = "", retry_seconds: float = 0.0
) -> CheckRequested:
    return CheckRequested(
        purpose=CheckPurpose.STEP,
        check=check,
        item=item,
        part=part,
        step="answers",
        retry_seconds=retry_seconds,
    )


def outcome_of(house: House, asked: CheckRequested) -> tuple[CheckOutcome, str]:
    """What is answered, and in which words."""

    async def story() -> Answer:
        return await house.check()(asked, IncidentState())

    answer = house.play(story())
    (said,) = answer.said
    assert isinstance(said, CheckAnswered)
    assert (said.purpose, said.check, said.step) == (asked.purpose, asked.check, asked.step)
    return said.outcome, text_of(answer, said.text)


ANSWERS, DEAD = CheckName.PROBE_ANSWERS, CheckName.SERVICE_IS_DEAD


def test_one_look_is_enough_where_no_patience_is_asked_for() -> None:
    house = House()
    house.inspector.states["shop"] = [SILENT, HEALTHY]
    assert outcome_of(house, ask(ANSWERS)) == (FAILED, "probe refused, 0 alive")
    assert house.loop.time() == 0


def test_it_is_looked_at_again_until_it_passes() -> None:
    house = House()
    house.inspector.states["shop"] = [SILENT, SILENT, HEALTHY]
    assert outcome_of(house, ask(ANSWERS, retry_seconds=20))[0] is PASSED
    assert house.loop.time() == pytest.approx(1.0)


def test_patience_ends_and_the_last_finding_counts() -> None:
    house = House()
    house.inspector.states["shop"] = [SILENT]
    assert outcome_of(house, ask(ANSWERS, retry_seconds=20))[0] is FAILED
    assert house.loop.time() == pytest.approx(20.0)


def test_a_look_that_cannot_be_had_is_unknown_in_the_source_s_words() -> None:
    house = House()
    house.inspector.fails = "denied"
    assert outcome_of(house, ask(DEAD)) == (UNKNOWN, "inspector: the story says so")


def test_a_look_that_hangs_is_unknown_after_its_time_limit() -> None:
    house = House()
    house.inspector.seconds = 3600.0
    assert outcome_of(house, ask(DEAD)) == (UNKNOWN, "no answer within 10 s")
    assert house.loop.time() == SECONDS_A_LOOK


def test_an_unknown_look_is_worth_another_while_there_is_patience() -> None:
    house = House()
    house.inspector.fails = "timeout"
    assert outcome_of(house, ask(ANSWERS, retry_seconds=5))[0] is UNKNOWN
    assert len(house.inspector.asked) == 11


@pytest.mark.parametrize("check", [ANSWERS, DEAD])
def test_a_service_that_left_the_estate_is_unknown(check: CheckName) -> None:
    house = House()
    house.become(replace(ESTATE, services=()))
    assert outcome_of(house, ask(check)) == (UNKNOWN, "no service shop in the estate any more")


def test_a_file_system_is_looked_at_on_the_target_s_server() -> None:
    house = House()
    house.inspector.free = [0.12]
    filling = ask(CheckName.FILESYSTEM_IS_FILLING, "web-1", part="/var")
    room = ask(CheckName.FILESYSTEM_HAS_SPACE, "shop", part="/var")
    assert outcome_of(house, filling) == (PASSED, "/var: 12.0% free")
    assert outcome_of(house, room) == (FAILED, "/var: 12.0% free")
    assert house.inspector.asked == ["web-1 /var"] * 2


def test_room_that_comes_back_within_the_patience_passes() -> None:
    house = House()
    house.inspector.free = [0.10, 0.14, 0.16]
    asked = ask(CheckName.FILESYSTEM_HAS_SPACE, "web-1", part="/var", retry_seconds=10)
    assert outcome_of(house, asked)[0] is PASSED


def test_a_server_that_left_the_estate_is_unknown() -> None:
    house = House()
    house.become(replace(ESTATE, servers=(), services=()))
    asked = ask(CheckName.FILESYSTEM_HAS_SPACE, "web-1", part="/var")
    assert outcome_of(house, asked) == (UNKNOWN, "no web-1 in the estate any more")
    assert house.inspector.asked == []
