from dataclasses import fields, replace
from datetime import timedelta

import pytest

from tests.unit.governance.scene import a_warrant
from watchkeeper.domain.warrant import Warrant


@pytest.mark.parametrize("name", [each.name for each in fields(Warrant)])
def test_whatever_is_altered_in_a_warrant_shows_in_its_digest(name: str) -> None:
    warrant = a_warrant()
    altered = {"kill_epoch": 7, "start_before": warrant.start_before + timedelta(seconds=1)}
    assert replace(warrant, **{name: altered.get(name, "other")}).digest != warrant.digest  # type: ignore[arg-type]
