"""What an approver signs is what runs: everything that decides what runs where is in the digest."""

from dataclasses import replace

import pytest

from tests.unit.governance.scene import an_action
from watchkeeper.domain.action import digest_of_parameters

PARAMETERS = (("process", ("nginx",)), ("unit", ("shop",)))


def test_the_same_action_has_the_same_digest() -> None:
    assert an_action().digest == an_action().digest


@pytest.mark.parametrize(
    "changed",
    [
        {"runbook_digest": "other"},
        {"step": "other"},
        {"target": "other"},
        {"server": "other"},
        {"template": "other"},
        {"template_digest": "other"},
        {"parameters": (("unit", ("other",)),)},
    ],
)
def test_whatever_decides_what_runs_where_changes_the_digest(changed: dict[str, str]) -> None:
    assert replace(an_action(), **changed).digest != an_action().digest  # type: ignore[arg-type]


def test_parts_cannot_be_shifted_from_one_name_to_the_next() -> None:
    one = replace(an_action(), step="start", target="shop-a")
    other = replace(an_action(), step="startshop", target="-a")
    assert one.digest != other.digest


@pytest.mark.parametrize(
    "other",
    [
        (("process", ("nginx",)), ("unit", ("shop", ""))),
        (("process", ("nginx", "shop")), ("unit", ())),
        (("process", ()), ("unit", ("nginx", "shop"))),
        (("process", ("nginx",)), ("unit", ('shop"',))),
    ],
)
def test_parameters_that_look_alike_are_told_apart(
    other: tuple[tuple[str, tuple[str, ...]], ...],
) -> None:
    assert digest_of_parameters(other) != digest_of_parameters(PARAMETERS)
