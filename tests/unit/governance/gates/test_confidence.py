"""The borders of the specification, in basis points: > 0.85 act, 0.65–0.85 notify, < 0.65 ask."""

from dataclasses import replace

import pytest

from tests.unit.governance.scene import CONTEXT, an_action
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.gates.confidence import confidence


@pytest.mark.parametrize(
    ("points", "ruling", "notify"),
    [
        (0, Ruling.NEEDS_PERSON, False),
        (6_499, Ruling.NEEDS_PERSON, False),
        (6_500, Ruling.PERMITTED, True),
        (6_501, Ruling.PERMITTED, True),
        (8_499, Ruling.PERMITTED, True),
        (8_500, Ruling.PERMITTED, True),
        (8_501, Ruling.PERMITTED, False),
        (10_000, Ruling.PERMITTED, False),
    ],
)
def test_its_borders(points: int, ruling: Ruling, notify: bool) -> None:
    verdict = confidence(replace(an_action(), confidence=points), CONTEXT)
    assert (verdict.ruling, verdict.notify) == (ruling, notify)
    assert verdict.saw == (("confidence", f"{points / 10_000:.4f}"), ("server_class", "web"))


@pytest.mark.parametrize(
    ("points", "ruling"),
    [
        (6_499, Ruling.NEEDS_PERSON),
        (6_500, Ruling.NEEDS_PERSON),
        (8_500, Ruling.NEEDS_PERSON),
        (8_501, Ruling.PERMITTED),
    ],
)
def test_a_cautious_class_asks_where_others_act_and_notify(points: int, ruling: Ruling) -> None:
    cautious = replace(CONTEXT, cautious=frozenset({"web"}))
    assert confidence(replace(an_action(), confidence=points), cautious).ruling is ruling
    others = replace(CONTEXT, cautious=frozenset({"database"}))
    assert confidence(replace(an_action(), confidence=6_500), others).notify
