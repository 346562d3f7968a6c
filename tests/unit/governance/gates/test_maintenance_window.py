from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.governance.scene import CONTEXT, NOON, an_action
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.context import Freeze
from watchkeeper.governance.gates.maintenance_window import maintenance_window

SECOND = timedelta(seconds=1)
EVERYWHERE = Freeze(start=NOON, end=NOON + timedelta(hours=1))


def ruling(now: datetime, *freezes: Freeze) -> Ruling:
    return maintenance_window(an_action(), replace(CONTEXT, now=now, freezes=freezes)).ruling


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (EVERYWHERE.start - SECOND, Ruling.PERMITTED),
        (EVERYWHERE.start, Ruling.NEEDS_PERSON),
        (EVERYWHERE.end - SECOND, Ruling.NEEDS_PERSON),
        (EVERYWHERE.end, Ruling.PERMITTED),
    ],
)
def test_a_freeze_holds_from_its_first_instant_to_just_before_its_last(
    now: datetime, expected: Ruling
) -> None:
    assert ruling(now, EVERYWHERE) is expected


def test_a_freeze_of_a_class_leaves_the_others_alone() -> None:
    assert ruling(NOON, replace(EVERYWHERE, server_class="database")) is Ruling.PERMITTED
    assert ruling(NOON, replace(EVERYWHERE, server_class="web")) is Ruling.NEEDS_PERSON


def test_one_of_several_is_enough() -> None:
    others = replace(EVERYWHERE, server_class="database")
    assert ruling(NOON, others, EVERYWHERE) is Ruling.NEEDS_PERSON
