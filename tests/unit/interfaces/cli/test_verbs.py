"""Every noun and verb over a real journal: what it shows, what it changes, what it exits with."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.unit.interfaces.cli.speaking import Speaker, written
from tests.unit.interfaces.standing import (
    ACTION,
    NOW,
    ask_for,
    begin_incident,
    open_change,
    raise_alert,
    write_up,
)
from watchkeeper.adapters.sql.lock import DirectoryLock
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap import system
from watchkeeper.bootstrap.data_directory import DataDirectoryRefused
from watchkeeper.bootstrap.opening import kill_page
from watchkeeper.interfaces.cli import ordering
from watchkeeper.interfaces.socket.client import WatchDoesNotAnswer
from watchkeeper.interfaces.views.missing import NotThere
from watchkeeper.orchestration.orders.refusal import UnknownRunbook
from watchkeeper.ports.errors import JournalLocked


@pytest.fixture
def speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    monkeypatch.setattr(ordering, "system_clock", lambda: ManualClock(NOW))
    for name in ("WATCHKEEPER_CONFIG", "WATCHKEEPER_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("WATCHKEEPER_CONFIG", str(empty_config(tmp_path)))
    return Speaker(tmp_path / "data")


def empty_config(folder: Path) -> Path:
    file = folder / "watchkeeper.yaml"
    (folder / "estate.yaml").write_text(
        "servers: [{name: web-1, class: web}]\nservices: [{name: shop, server: web-1}]\n"
    )
    file.write_text("estate: estate.yaml\n")
    return file


@pytest.fixture
def story(speak: Speaker) -> Speaker:
    """A journal with an incident that waits for a person."""
    asyncio.run(
        written(
            speak.folder,
            begin_incident,
            raise_alert,
            open_change,
            lambda journal: write_up(journal, "# The shop died"),
        )
    )
    return speak


def test_incidents_have_the_promised_shape(story: Speaker) -> None:
    (incident,) = story.json("incidents", "list")
    assert incident == {
        "id": "I1",
        "phase": "acting",
        "severity": "P3",
        "type": "service-down",
        "title": "service-down: shop on web-1",
        "cause": {"item": "shop", "confidence": 0.64},
        "opened_at": "2026-11-24T04:00:00.000Z",
        "closed_at": None,
        "escalation": None,
        "resolution": None,
        "actions": [
            {
                "id": "A1",
                "runbook": "restart-dead-service",
                "step": "start",
                "target": "shop",
                "phase": "awaiting_approval",
                "outcome": None,
            }
        ],
    }
    shown = story.json("incidents", "show", "I1")
    assert shown.items() >= incident.items()
    assert shown["post_mortem"] == "# The shop died"
    for entry in shown["timeline"]:
        assert {"position", "at", "kind", "actor"} <= entry.keys()
    streams = {entry["stream"] for entry in shown["timeline"]}
    assert streams == {"incident/I1", "action/A1"}


def test_an_approval_has_the_promised_shape_and_lets_it_go(story: Speaker) -> None:
    (asked,) = story.json("approvals", "list")
    assert asked["digest"] == ACTION.digest
    assert asked["expires_at"] == "2026-11-24T05:00:00.000Z"
    shown = story.json("approvals", "show", "A1")
    assert shown["parameters"] == {"unit": ["nginx"]}
    assert [gate["ruling"] for gate in shown["gates"]] == ["permitted", "needs_person"]
    assert story.json("approve", "A1")["answer"] == "approved"
    assert story.json("approvals", "list") == []
    again = story("approve", "A1")
    assert again.exit_code == 1
    assert "not waiting for a person" in again.output


def test_an_approval_of_another_digest_is_refused(story: Speaker) -> None:
    spoken = story("approve", "A1", "--digest", "0" * 64, "--output", "json")
    assert (spoken.exit_code, spoken.body["error"]) == (1, "DigestChanged")
    assert len(story.json("approvals", "list")) == 1


def test_a_denial_is_an_answer(story: Speaker) -> None:
    denied = story.json("deny", "A1", "--reason", "by hand")
    assert (denied["answer"], denied["by"].split(":")[0]) == ("denied", "person")
    assert story.json("approvals", "list") == []


def test_an_approval_that_lapsed_is_refused(
    story: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ManualClock(NOW + timedelta(hours=2))
    monkeypatch.setattr(ordering, "system_clock", lambda: late)
    assert story("deny", "A1").exit_code == 1


def test_the_gates_are_explained(story: Speaker) -> None:
    (walk,) = story.json("explain", "A1")["walks"]
    assert (walk["when"], walk["ruling"]) == ("proposal", "needs_person")
    assert walk["gates"][0]["saw"] == {"epoch": "0"}
    told = story("explain", "A1").output
    assert "kill-switch" in told
    assert "no grant" in told


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (("incidents", "list"), ["service-down: shop on web-1", "acting"]),
        (("incidents", "show", "I1"), ["cause: shop (confidence 0.64)", "# The shop died"]),
        (("alerts", "list"), ["probe_success{shop}", "critical"]),
        (("alerts", "show", "f" * 16), ["probe-failed", "told by prometheus"]),
        (("approvals", "list"), ["restart-dead-service", "shop"]),
        (("approvals", "show", "A1"), ["unit=nginx", "start_service", ACTION.digest[:20]]),
        (("changes", "list"), ["C1", "shop"]),
        (("changes", "show", "C1"), ["change_record.opened", "reversible"]),
        (("servers", "list"), ["web-1", "web", "shop"]),
        (("runbooks", "list"), ["restart-dead-service", "service-down"]),
        (("runbooks", "show", "restart-dead-service"), ["probe_answers", "verified by"]),
        (("runbooks", "lint"), ["nothing to mend"]),
        (("policies", "list"), ["observes and proposes"]),
        (("audit", "verify"), ["all as written"]),
        (("kill", "status"), ["not engaged"]),
    ],
)
def test_people_are_told_what_matters(
    story: Speaker, verb: tuple[str, ...], words: list[str]
) -> None:
    spoken = story(*verb)
    assert spoken.exit_code == 0, spoken
    for word in words:
        assert word in spoken.output
    assert yaml.safe_load(story(*verb, "--output", "yaml").output) == story.json(*verb)


@pytest.mark.parametrize(
    ("verb", "error"),
    [
        (("incidents", "show", "I9"), NotThere),
        (("alerts", "show", "0"), NotThere),
        (("approvals", "show", "A9"), NotThere),
        (("approve", "A9"), NotThere),
        (("explain", "A9"), NotThere),
        (("changes", "show", "C9"), NotThere),
        (("runbooks", "show", "nothing"), UnknownRunbook),
    ],
)
def test_what_is_not_there_is_named(
    story: Speaker, verb: tuple[str, ...], error: type[Exception]
) -> None:
    spoken = story(*verb)
    assert isinstance(spoken.error, error)
    assert str(spoken.error).startswith(f"{verb[-1]}: ")


@pytest.mark.parametrize("verb", ["incidents", "alerts", "approvals", "policies", "changes"])
def test_reading_where_nothing_was_written_says_so(speak: Speaker, verb: str) -> None:
    assert isinstance(speak(verb, "list").error, DataDirectoryRefused)
    assert not speak.folder.exists(), "reading makes nothing"


def test_a_grant_is_kept_and_told_as_unproven(speak: Speaker) -> None:
    verb = ("policies", "grant", "restart-dead-service", "web", "act-and-notify")
    rehearsed = speak(*verb, "--dry-run")
    assert "would be granted (granted, unproven)" in rehearsed.output
    assert not speak.folder.exists(), "a rehearsal makes nothing"
    assert speak(*verb, "--reason", "quiet nights").exit_code == 0
    (grant,) = speak.json("policies", "list")
    assert (grant["level"], grant["standing"]) == ("act-and-notify", "granted, unproven")
    assert not kill_page(speak.folder).engaged(), "the first entry lays the kill page down"


def test_a_grant_for_a_class_that_no_server_has_says_so(speak: Speaker) -> None:
    told = speak("policies", "grant", "restart-dead-service", "wbe", "act", "--dry-run")
    assert told.exit_code == 0, "a class may come later"
    assert "no server of the estate has the class wbe, so nothing changes" in told.output


@pytest.mark.parametrize(
    ("verb", "exit_code"),
    [
        (("policies", "grant", "nothing", "web", "act"), 1),
        (("policies", "grant", "restart-dead-service", "unclassified", "act"), 1),
        (("policies", "grant", "restart-dead-service", "web", "god"), 2),
        (("policies", "grant", "restart-dead-service"), 2),
        (("polices", "list"), 2),
        (("incidents", "list", "--limit", "0"), 2),
        (("incidents", "list", "--output", "xml"), 2),
    ],
)
def test_a_negative_answer_is_1_and_wrong_usage_is_2(
    speak: Speaker, verb: tuple[str, ...], exit_code: int
) -> None:
    assert speak(*verb).exit_code == exit_code


def test_the_kill_switch_holds_without_a_watch(
    speak: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert speak("kill", "engage", "--reason", "before the first start").exit_code == 0
    status = speak.json("kill", "status")
    assert (status["engaged"], status["epoch"], status["page"]) == (True, 1, True)
    assert status["since"] == "2026-11-24T04:00:00.000Z"
    assert "ENGAGED" in speak("kill", "status").output
    assert "takes a reason" in speak("kill", "release").output
    early = speak("kill", "release", "--reason", "seen")
    assert (early.exit_code, "waits 60 seconds" in early.output) == (1, True)
    monkeypatch.setattr(ordering, "system_clock", lambda: ManualClock(NOW + timedelta(seconds=60)))
    assert speak("kill", "release", "--reason", "seen", "--dry-run").exit_code == 0
    assert speak.json("kill", "status")["engaged"] is True
    assert speak.json("kill", "release", "--reason", "seen")["single_person"] is True
    assert speak.json("kill", "status")["engaged"] is False
    assert speak("kill", "release").exit_code == 1


def test_the_page_stops_even_when_the_journal_cannot_be_told(story: Speaker) -> None:
    """A watch that hangs holds the lock and does not answer."""
    lock = DirectoryLock(story.folder)
    try:
        spoken = story("kill", "engage", "--output", "json")
    finally:
        lock.release()
    assert spoken.exit_code == 1
    assert '"journalled": false' in spoken.output
    status = story.json("kill", "status")
    assert (status["engaged"], status["journal"], status["page"]) == (True, False, True)
    assert story("kill", "release").exit_code == 0


def test_a_watch_that_does_not_answer_is_told_as_the_reason(
    story: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise WatchDoesNotAnswer

    monkeypatch.setattr(ordering, "asked", silent)
    spoken = story("kill", "engage")
    assert spoken.exit_code == 1
    assert "could not be told: A watch holds this data directory and does not answer" in (
        " ".join(spoken.output.split())
    )
    assert "by the kill page alone" in story("kill", "status").output


def test_a_directory_that_others_may_look_into_can_still_be_stopped(story: Speaker) -> None:
    story.folder.chmod(0o755)
    spoken = story("kill", "engage")
    assert spoken.exit_code == 1
    assert "chmod 700" in spoken.output
    assert kill_page(story.folder).engaged()


def test_an_order_while_somebody_holds_the_directory_cannot_be_given(story: Speaker) -> None:
    lock = DirectoryLock(story.folder)
    try:
        assert isinstance(story("deny", "A1").error, JournalLocked)
    finally:
        lock.release()


def test_states_are_made_anew_and_differences_are_a_finding(story: Speaker) -> None:
    assert story.json("journal", "rebuild", "--dry-run") == {"differing": [], "dry_run": True}
    assert story.json("journal", "rebuild") == {"differing": [], "dry_run": False}


def test_without_a_watch_there_is_nothing_to_ask(story: Speaker) -> None:
    status = story("status", "--output", "json")
    assert (status.exit_code, status.body["running"]) == (1, False)
    reload = story("reload", "--output", "json")
    assert (reload.exit_code, reload.body["error"]) == (1, "NoWatch")


def test_text_from_outside_cannot_steer_the_terminal(speak: Speaker) -> None:
    asyncio.run(written(speak.folder, lambda j: raise_alert(j, details="\x1b[2Jwiped\u202e\x07")))
    output = speak("alerts", "show", "f" * 16).output
    assert "wiped" in output
    assert not {"\x1b", "\u202e", "\x07"} & set(output)


def test_what_an_audit_could_not_check_is_told(story: Speaker) -> None:
    """A forger who deletes the noted heads must not get a clean bill."""
    assert story.json("audit", "verify")["notes"] == []
    for noted in story.folder.glob("journal.head*"):
        noted.unlink()
    spoken = story("audit", "verify")
    assert spoken.exit_code == 0
    assert "but: no head is noted outside the database" in spoken.output


def test_a_check_of_a_runbook_has_no_verb(speak: Speaker) -> None:
    told = speak("runbooks", "show", "restart-dead-service").output
    assert "reversible" in next(line for line in told.splitlines() if "stop_leftovers" in line)
    assert "reversible" not in next(line for line in told.splitlines() if "probe_answers" in line)


def test_where_it_only_watches_no_runbook_is_in_force(
    speak: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHKEEPER_WATCH_ONLY", "true")
    assert speak("runbooks", "list").output == "none: watch_only is set\n"


def test_own_runbooks_are_linted_by_path(speak: Speaker, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\n")
    spoken = speak("runbooks", "lint", str(tmp_path / "mine.yaml"), "--output", "json")
    assert spoken.exit_code == 1
    assert spoken.body[0]["file"].endswith("mine.yaml")


def test_the_clock_of_orders_is_this_machines() -> None:
    clock = system.system_clock()
    assert clock.now() <= clock.now()
    assert len(system.system_identifiers(clock).new()) == 26


def test_a_waiting_action_can_be_asked_for_again(speak: Speaker) -> None:
    asyncio.run(written(speak.folder, ask_for))
    assert speak.json("approve", "A1", "--dry-run")["dry_run"] is True
    assert len(speak.json("approvals", "list")) == 1
