"""A person holds a server and lets it go, or is refused by name."""

from datetime import timedelta

import pytest

from tests.unit.interfaces.standing import ALICE, NOW, Installation
from watchkeeper.orchestration.orders.desk import Desk, Rehearsal
from watchkeeper.orchestration.orders.holding import (
    HoldTooLong,
    NotHeld,
    holds_in_force,
    lift_hold,
    place_hold,
)
from watchkeeper.orchestration.orders.refusal import ReasonTooLong

TWO_HOURS = timedelta(hours=2)


def desk(place: Installation, kind: type[Desk] = Desk) -> Desk:
    return kind(by=ALICE, journal=place.journal, page=place.page, identifiers=place.identifiers)


async def held(at: Desk, lasting: timedelta = TWO_HOURS, reason: str = "") -> None:
    await place_hold(at, server="web-1", lasting=lasting, reason=reason, now=NOW)


async def test_a_hold_is_in_the_journal_and_ends_by_itself() -> None:
    at = desk(Installation())
    await held(at, reason="a new disk")
    hold = (await holds_in_force(at, NOW))["web-1"]
    assert (hold.by, hold.until) == (str(ALICE), NOW + TWO_HOURS)
    assert await holds_in_force(at, NOW + TWO_HOURS) == {}


async def test_a_second_hold_replaces_the_first() -> None:
    at = desk(Installation())
    await held(at)
    await held(at, timedelta(hours=5))
    assert (await holds_in_force(at, NOW))["web-1"].until == NOW + timedelta(hours=5)


async def test_it_is_let_go_once() -> None:
    at = desk(Installation())
    await held(at)
    assert (await lift_hold(at, server="web-1", now=NOW)).until is None
    assert await holds_in_force(at, NOW) == {}
    with pytest.raises(NotHeld, match="web-1"):
        await lift_hold(at, server="web-1", now=NOW)


@pytest.mark.parametrize("lasting", [timedelta(0), timedelta(days=7, seconds=1)])
async def test_no_time_and_too_long_a_time_are_refused(lasting: timedelta) -> None:
    with pytest.raises(HoldTooLong):
        await held(desk(Installation()), lasting)


async def test_a_reason_has_its_length() -> None:
    with pytest.raises(ReasonTooLong):
        await held(desk(Installation()), reason="x" * 2001)


async def test_a_rehearsal_holds_nothing() -> None:
    at = desk(Installation(), Rehearsal)
    await held(at)
    assert await holds_in_force(at, NOW) == {}
