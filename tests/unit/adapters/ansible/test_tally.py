"""What ansible-runner tells, counted and written down: events in the shape that 2.4 sends."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchkeeper.adapters.ansible.job_directory import JobDirectory
from watchkeeper.adapters.ansible.tally import OUTPUT_LIMIT, Tally
from watchkeeper.domain.job_end import JobEnd

RECORDED = Path(__file__).parent / "recorded"  # of ansible-runner 2.4.3, only the fields we read


def event(kind: str, stdout: str = "", **data: Any) -> dict[str, Any]:
    return {"event": kind, "stdout": stdout, "created": "2026-11-23T22:54:39", "event_data": data}


RECAP = event(
    "playbook_on_stats", ok={"a": 4, "b": 3}, changed={"a": 2, "b": 1}, failures={"b": 1}, dark={}
)


@pytest.fixture
def job(tmp_path: Path) -> JobDirectory:
    return JobDirectory(tmp_path)


def counted(job: JobDirectory, *events: dict[str, Any]) -> tuple[int, int, int]:
    tally = Tally(job)
    for each in events:
        tally.take(each)
    tally.close()
    return tally.changed, tally.failed, tally.unreachable


def test_the_recap_counts_over_all_hosts(job: JobDirectory) -> None:
    assert counted(job, event("runner_on_ok", res={"changed": True}), RECAP) == (3, 1, 0)


def test_without_a_recap_the_tasks_told_so_far_count(job: JobDirectory) -> None:
    told = (
        event("playbook_on_task_start", task="one"),
        event("runner_on_ok", res={"changed": True}),
        event("runner_on_ok", res={"changed": False}),
        event("runner_on_ok"),
        event("runner_on_failed", ignore_errors=True),
        event("runner_on_failed", ignore_errors=None),
        event("runner_on_unreachable"),
    )
    assert counted(job, *told) == (1, 1, 1)


def test_output_is_plain_text_without_secrets(job: JobDirectory) -> None:
    counted(
        job,
        event("verbose", stdout="\x1b[0;32mok: [db-01]\x1b[0m\r\n"),
        event("runner_on_ok", stdout="Authorization: Bearer abcdefghijkl"),
    )
    said = job.output.read_text()
    assert "ok: [db-01]\n" in said
    assert "\x1b" not in said
    assert "abcdefghijkl" not in said


def test_each_step_can_be_read_as_soon_as_it_is_told(job: JobDirectory) -> None:
    tally = Tally(job)
    tally.take(event("runner_on_ok", stdout="ok: [a]", task="look", host="a"))
    assert job.output.read_text() == "ok: [a]\n"
    [line] = job.events.read_text().splitlines()
    assert json.loads(line) == {
        "event": "runner_on_ok",
        "at": "2026-11-23T22:54:39",
        "task": "look",
        "host": "a",
    }


def test_a_job_cannot_fill_the_disk_with_words(job: JobDirectory) -> None:
    tally = Tally(job)
    for _ in range(40):
        tally.say("x" * (OUTPUT_LIMIT // 10))
    tally.close()
    said = job.output.read_text()
    assert len(said) < OUTPUT_LIMIT + 1000
    assert said.rstrip().endswith("[cut: it said too much]")


def test_what_watchkeeper_says_itself_is_always_said(job: JobDirectory) -> None:
    tally = Tally(job)
    tally.say("x" * (OUTPUT_LIMIT + 1))
    tally.conclude("stopped before 'last': it was cancelled")
    tally.close()
    assert job.output.read_text().endswith("Watchkeeper: stopped before 'last': it was cancelled\n")


@pytest.mark.recorded("ansible")
@pytest.mark.parametrize(
    ("name", "counts"), [("upgrade_3_hosts", (5, 0, 0)), ("version_missing_failed", (0, 3, 0))]
)
def test_recorded_runs_on_three_hosts(
    job: JobDirectory, name: str, counts: tuple[int, int, int]
) -> None:
    events = json.loads((RECORDED / f"{name}.json").read_text())
    assert counted(job, *events) == counts
    without_recap = [each for each in events if each["event"] != "playbook_on_stats"]
    assert counted(job, *without_recap) == counts


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ((event("runner_on_failed", res={"msg": "no"}),), JobEnd.FAILED),
        (
            (
                event("runner_on_ok", res={"changed": True}),
                event("runner_on_failed", res={"msg": "no"}),
            ),
            JobEnd.PARTLY,
        ),
        ((event("runner_on_unreachable", res={"msg": "refused"}),), JobEnd.UNREACHABLE),
        ((event("runner_on_failed", res=["not", "a", "mapping"]),), JobEnd.FAILED),
        ((), JobEnd.FAILED),
    ],
)
def test_the_end_in_one_word(
    job: JobDirectory, events: tuple[dict[str, Any], ...], end: JobEnd
) -> None:
    tally = Tally(job)
    for each in events:
        tally.take(each)
    tally.close()
    assert tally.end is end
