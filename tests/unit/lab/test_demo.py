"""The demo comes true, is read from the journal, and is another one with other faults."""

import re
from pathlib import Path

import pytest

from tests.integrations import README
from tests.unit.lab.played import fix, played, says
from watchkeeper.adapters.simulated.faults import Death, ServiceDies, StartFailure
from watchkeeper.adapters.simulated.world import World
from watchkeeper.bootstrap.audit import verified
from watchkeeper.bootstrap.opening import reading
from watchkeeper.domain.entry import Entry, Unreadable
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.events.incidents import IncidentEscalated
from watchkeeper.interfaces.cli.demo import SEED
from watchkeeper.lab.account import Account
from watchkeeper.lab.cast import Cast, cast
from watchkeeper.lab.demo import Staging
from watchkeeper.lab.stories import STORIES

Whole = tuple[Account, str, Path]

KINDS = {
    "alert": "alert.raised",
    "incident": "incident.triaged",
    "evidence": "evidence.gathered",
    "cause": "incident.diagnosed",
    "confidence": "incident.diagnosed",
    "gates": "action.judged",
    "asks": "approval.requested",
    "approved": "approval.granted",
    "step": "job.finished",
    "verifying": "verification.started",
    "verified": "incident.verified",
    "handed over": "incident.escalated",
    "written up": "post_mortem.written",
    "closed": "incident.closed",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """All six stories."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    account, printed = played(Staging(seed=SEED, data_dir=folder))
    return account, printed, folder


async def entries_of(folder: Path) -> dict[int, Entry]:
    async with reading(folder) as journal:
        return {entry.position: entry for entry in await journal.entries(limit=100_000)}


def test_six_stories_come_true(whole: Whole) -> None:
    account, printed, _ = whole
    assert [(story.title, story.missing) for story in account.stories] == [
        ("A fix", ""),
        ("A refusal", ""),
        ("An approval", ""),
        ("A disk foreseen full", ""),
        ("A runbook that fails", ""),
        ("The kill switch", ""),
    ]
    assert account.came_true
    assert account.troubles == []
    assert "6 of 6 stories came true" in printed


async def test_every_line_is_what_an_entry_of_the_journal_says(whole: Whole) -> None:
    account, _, folder = whole
    entries = await entries_of(folder)
    told = [line for story in account.stories for line in story.lines]
    assert {line.what for line in told if line.position is None} == {"the world"}
    for line in told:
        if line.position is None:
            continue
        entry = entries[line.position]
        assert not isinstance(entry.body, Unreadable)
        assert (entry.at, entry.body.kind) == (line.at, KINDS.get(line.what, entry.body.kind))
    positions = [line.position for line in told if line.position]
    assert positions == sorted(positions), "in the order in which it was written"


def test_what_is_printed_is_what_is_in_the_account(whole: Whole) -> None:
    account, printed, _ = whole
    assert "\x1b" not in printed, "no colour and nothing to write over in a pipe"
    for story in account.stories:
        assert story.title in printed
        assert story.lines
        for line in story.lines:
            assert f"{line.at:%H:%M:%S}  {line.what:11}  " in printed


def test_the_readme_shows_what_it_prints(whole: Whole) -> None:
    blocks = README.read_text(encoding="utf-8").split("```")
    (shown,) = [block for block in blocks if "A disk foreseen full" in block]
    told = to_the_minute(whole[1])
    assert to_the_minute(shown.strip("\n")) in told, (
        "show the story as `watchkeeper demo` prints it"
    )


def to_the_minute(text: str) -> str:
    """Which second of a minute it is hangs on the order of the whole program's steps."""
    return re.sub(r"(?<=\d\d:\d\d):\d\d|\b\d+ s\b", "", text)


def test_the_month_is_read_in_before_anything_is_watched(whole: Whole) -> None:
    account, printed, _ = whole
    points = 28 * 24 * 12  # every five minutes of four weeks
    servers = account.facts["servers"]
    assert isinstance(servers, int)
    readings = account.facts["readings_back_filled"]
    assert isinstance(readings, int)
    assert readings > 6 * servers * points, "each of six habits of each server"
    assert f"{readings:,} readings" in printed


def test_a_disk_is_foreseen_hours_before_its_true_end_and_within_the_interval(whole: Whole) -> None:
    lines = whole[0].stories[3].lines
    forecast = next(line for line in lines if line.what == "alert")
    assert "free and falling, full at" in forecast.says
    assert "90 % interval" in forecast.says
    truth = next(line.says for line in lines if line.says.startswith("left alone"))
    assert int(truth.rpartition(" ")[2][:2]) >= forecast.at.hour + 2


async def test_nothing_begins_while_the_kill_switch_is_engaged(whole: Whole) -> None:
    _, _, folder = whole
    entries = (await entries_of(folder)).values()
    (engaged,) = [e for e in entries if isinstance(e.body, KillEngaged)]
    (released,) = [e for e in entries if isinstance(e.body, KillReleased)]
    between = [e for e in entries if engaged.position < e.position < released.position]
    kinds = {e.body.kind for e in between}
    assert not kinds & {"warrant.minted", "warrant.spent", "job.finished"}
    assert any(isinstance(e.body, IncidentEscalated) for e in between)


def test_its_journal_is_left_as_it_was_written(whole: Whole) -> None:
    account, printed, folder = whole
    report = verified(folder)
    assert report.ok
    assert account.facts["journal"] == {"entries": report.entries, "ok": True}
    assert f"{report.entries} entries, all as written" in printed


def test_the_same_seed_tells_the_same_story(tmp_path: Path, whole: Whole) -> None:
    again = fix(tmp_path / "again").stories[0].body()
    assert again == whole[0].stories[0].body()


def test_another_seed_is_another_estate_and_another_story(tmp_path: Path, whole: Whole) -> None:
    here, there = whole[0], fix(tmp_path / "other", seed=0)
    assert there.came_true
    assert there.facts["servers"] != here.facts["servers"]
    assert there.facts["readings_back_filled"] != here.facts["readings_back_filled"]
    assert says(there, "cause") != says(here, "cause")
    assert says(there, "the world") != says(here, "the world")


def test_another_fault_is_another_story(tmp_path: Path, whole: Whole) -> None:
    """The cause, whom it hits, the target and what its steps change: all of it follows."""
    other = fix(tmp_path / "data", mended=ServiceDies(service="front-1", death=Death.MAIN))
    assert other.came_true
    assert says(other, "alert") == ["web-1: front-1 no process of the service is alive"]
    assert says(other, "cause") == ["front-1: service-down"]
    assert [step.partition(":")[0] for step in says(other, "step")] == [
        "stop-leftovers on front-1",
        "start on front-1",
    ]
    assert says(other, "closed")[0].startswith("front-1: fixed")
    assert says(other, "step") != says(whole[0], "step")


def test_a_fault_that_cannot_be_mended_is_no_fix(tmp_path: Path) -> None:
    """Which story did not come true is said, and the demo is not a success."""

    def casting(world: World) -> Cast:
        drawn = cast(world)
        world.processes[drawn.mended.service].start_failure = StartFailure.REFUSES
        return drawn

    account, printed = played(
        Staging(seed=SEED, data_dir=tmp_path / "data", casting=casting, stories=STORIES[:1])
    )
    assert not account.came_true
    assert account.stories[0].missing == "within 45 min shop-3 was not mended"
    assert "This story did not come true: within 45 min shop-3 was not mended." in printed
    assert "0 of 1 stories came true" in printed
    assert "Not so: A fix." in printed
    assert says(account, "handed over") == [
        "shop-3 to a person: step failed (start); it does nothing more"
    ]
