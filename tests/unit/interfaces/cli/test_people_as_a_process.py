"""Several people, each with a token of their own, give orders as processes of their own."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.interfaces.cli.test_as_a_process import environment
from tests.unit.interfaces.standing import ACTION, say
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.opening import writing
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalRequested,
    action_stream,
)
from watchkeeper.domain.verdict import Ruling, needs_person

NOW = datetime.now(UTC)
PLAN = "e" * 64
SETTINGS = """\
estate: estate.yaml
people:
  - {name: alice, token_file: alice, roles: [approver, administrator]}
  - {name: alice-phone, person: alice, token_file: alice-phone, roles: [approver, administrator]}
  - {name: bob, token_file: bob, roles: [approver, administrator], groups: [web-team]}
  - {name: dora, token_file: dora, roles: [viewer], groups: [web-team]}
  - {name: carol, token_file: carol, roles: [viewer]}
"""
ESTATE = """\
servers: [{name: web-1, class: web}]
services: [{name: shop, server: web-1, owner: web-team}]
"""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A configured data directory on which no watch runs."""

    folder: Path

    def says(self, person: str, *verb: str) -> tuple[int, Any]:
        """The exit code and the answer, when this person gives an order."""
        said = subprocess.run(
            [
                *(sys.executable, "-m", "watchkeeper", *verb, "--output", "json"),
                *("--data-dir", str(self.folder / "data")),
                *("--config", str(self.folder / "watchkeeper.yaml")),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env=environment(self.folder) | {"WATCHKEEPER_TOKEN_FILE": str(self.folder / person)},
        )
        assert said.stdout, said.stderr
        return said.returncode, json.loads(said.stdout)


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    (tmp_path / "watchkeeper.yaml").write_text(SETTINGS)
    (tmp_path / "estate.yaml").write_text(ESTATE)
    for name in ("alice", "alice-phone", "bob", "carol", "dora"):
        token = tmp_path / name
        token.touch(mode=0o600)
        token.write_text(f"the-token-of-{name}")
    asyncio.run(_asked(tmp_path / "data"))
    return Installation(folder=tmp_path)


async def _asked(folder: Path) -> None:
    """An action of high risk: two persons have to say yes to it, or to its whole run."""
    judged = ActionJudged(
        ruling=Ruling.NEEDS_PERSON,
        notify=False,
        verdicts=(needs_person("autonomy", "no grant"),),
        minting=False,
    )
    asked = ApprovalRequested(
        digest=ACTION.digest, expires_at=NOW + timedelta(hours=1), needed=2, plan=PLAN
    )
    async with writing(folder, ManualClock(NOW)) as journal:
        bodies = (ActionProposed(action=ACTION), judged, asked)
        await say(journal, action_stream(ACTION.id), bodies)


def test_two_accounts_of_one_person_are_one_pair_of_eyes(place: Installation) -> None:
    code, first = place.says("alice", "approve", "A1", "--plan", "--reason", "seen")
    assert (code, first["answer"], first["wanting"]) == (0, "approved", 1)
    code, again = place.says("alice-phone", "approve", "A1")
    assert (code, again["error"]) == (1, "AnsweredAlready")
    code, other = place.says("bob", "approve", "A1", "--plan")
    assert (code, other["by"], other["wanting"]) == (0, "person:bob", 0)
    assert place.says("alice", "approvals", "list") == (0, [])


def test_a_viewer_answers_nothing_and_stops_everything(place: Installation) -> None:
    code, refused = place.says("carol", "approve", "A1")
    assert (code, refused["error"]) == (1, "RoleMissing")
    code, refused = place.says("carol", "deny", "A1", "--reason", "no")
    assert (code, refused["error"]) == (1, "RoleMissing")
    assert place.says("carol", "kill", "engage")[0] == 0
    code, still = place.says("alice", "approve", "A1")
    assert (code, still["error"]) == (1, "StandsStill")
    code, released = place.says("carol", "kill", "release", "--reason", "me too")
    assert (code, released["error"]) == (1, "RoleMissing")
    assert place.says("bob", "kill", "release")[0] == 0


def test_a_denial_is_one_word_of_one_person(place: Installation) -> None:
    code, denied = place.says("bob", "deny", "A1", "--reason", "the team works on it")
    assert (code, denied["answer"]) == (0, "denied")
    code, late = place.says("alice", "approve", "A1")
    assert (code, late["error"]) == (1, "NothingToApprove")


def test_what_was_handed_on_is_not_answered_by_whoever_handed_it_on(place: Installation) -> None:
    code, handed = place.says("alice", "delegate", "A1", "web-team", "--reason", "theirs")
    assert (code, handed["answer"]) == (0, "delegated")
    code, own = place.says("alice-phone", "approve", "A1")
    assert (code, own["error"]) == (1, "AnswersForItself")
    assert place.says("bob", "approve", "A1")[0] == 0


def test_nothing_is_changed_under_another_version_of_its_runbook(
    place: Installation,
) -> None:
    code, refused = place.says("alice", "modify", "A1", "unit=$(reboot)")
    assert (code, refused["error"]) == (1, "StateChanged")
    assert place.says("bob", "approvals", "list")[1][0]["digest"] == ACTION.digest


def test_a_breaker_is_opened_and_closed_and_listed_by_hand(place: Installation) -> None:
    code, refused = place.says("alice", "breaker", "open", "web")
    assert (code, refused["error"]) == (1, "RoleMissing"), "no role includes another"
    code, stands = place.says("alice", "breaker", "close", "web")
    assert (code, stands["error"]) == (1, "BreakerStands")
    code, listed = place.says("carol", "breaker", "list")
    assert (code, listed[0]["class"], listed[0]["state"]) == (0, "all classes", "closed")


def test_a_token_of_nobody_is_nobody(place: Installation) -> None:
    stranger = place.folder / "mallory"
    stranger.touch(mode=0o600)
    stranger.write_text("not-a-token-of-anybody")
    code, refused = place.says("mallory", "approve", "A1")
    assert (code, refused["error"]) == (1, "TokenUnknown")


def test_only_its_owner_or_an_administrator_consents_to_downtime(place: Installation) -> None:
    code, refused = place.says("carol", "policies", "consent", "shop")
    assert (code, refused["error"]) == (1, "NotTheOwner")
    code, unknown = place.says("alice", "policies", "consent", "shopp")
    assert (code, unknown["error"]) == (1, "UnknownService")
    code, given = place.says("dora", "policies", "consent", "shop", "--reason", "at night")
    assert (code, given["by"], given["changed"]) == (0, "person:dora", True)
    assert place.says("dora", "policies", "consent", "shop")[1]["changed"] is False
    assert place.says("carol", "policies", "consents") == (0, [{"service": "shop"}])
    code, taken = place.says("alice", "policies", "consent", "shop", "--withdraw")
    assert (code, taken["downtime"]) == (0, "refused")
    assert place.says("carol", "policies", "consents") == (0, [])
