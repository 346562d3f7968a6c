"""A job's directory: what can be told of a job from the files it left."""

import json
import os
from pathlib import Path

import pytest

from watchkeeper.adapters.ansible.job_directory import (
    OUTPUT_HEAD,
    OUTPUT_TAIL,
    JobDirectory,
    LaunchTaken,
    Result,
    shortened,
)
from watchkeeper.domain.job import Finished, NeverStarted, Running, Unknowable


@pytest.fixture
def job(tmp_path: Path) -> JobDirectory:
    job = JobDirectory(tmp_path / "jobs" / "W1")
    job.make()
    return job


def test_a_launch_is_taken_once(job: JobDirectory) -> None:
    with pytest.raises(LaunchTaken):
        job.make()
    with pytest.raises(LaunchTaken):
        JobDirectory(job.path).make()


def test_a_directory_nobody_used_is_buried_by_looking_at_it(job: JobDirectory) -> None:
    assert not job.over
    assert job.state() == NeverStarted()
    assert job.over
    assert job.epitaph
    assert job.state() == NeverStarted()


def test_a_lock_that_is_held_says_running_until_it_falls(job: JobDirectory) -> None:
    with job.held():
        job.start()
        assert job.state() == Running()
        with job.unless_held() as free:
            assert not free
    assert isinstance(job.state(), Unknowable)


def test_while_somebody_looks_no_wrapper_can_begin(job: JobDirectory) -> None:
    with job.unless_held() as free, job.unless_held() as also_free:
        assert free
        assert also_free


def test_a_result_is_the_end_also_while_the_wrapper_still_tidies_up(job: JobDirectory) -> None:
    with job.held():
        job.start()
        job.output.write_text("done\n")
        job.finish(Result(succeeded=True, return_code=0, changed=2))
        within = job.state()
    assert isinstance(within, Finished)
    assert (within.succeeded, within.changed, within.output) == (True, 2, "done\n")
    assert job.state() == within


def test_times_are_those_of_the_files(job: JobDirectory) -> None:
    job.start()
    job.finish(Result(succeeded=False, return_code=2, failed=1))
    os.utime(job.path / "started", (1_000_000_000, 1_000_000_000))
    os.utime(job.path / "result.json", (1_000_000_060, 1_000_000_060))
    ended = job.state()
    assert isinstance(ended, Finished)
    assert (ended.finished_at - ended.started_at).total_seconds() == 60
    assert ended.started_at.isoformat() == "2001-09-09T01:46:40+00:00"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"succeeded": true}', '{"a": 1}'])
def test_a_result_that_cannot_be_read_is_unknowable(job: JobDirectory, content: str) -> None:
    job.start()
    (job.path / "result.json").write_text(content)
    ended = job.state()
    assert isinstance(ended, Unknowable)
    assert "cannot be read" in ended.reason


def test_the_last_word_of_a_dead_wrapper_is_handed_on_without_its_secrets(
    job: JobDirectory,
) -> None:
    job.start()
    job.wrapper_log.write_text("Traceback …\nOSError: no space, token=abcdef123456\n")
    ended = job.state()
    assert isinstance(ended, Unknowable)
    assert ended.reason.startswith("the wrapper died")
    assert "OSError: no space" in ended.reason
    assert "abcdef123456" not in ended.reason


def test_what_is_written_is_whole_and_only_ours(job: JobDirectory) -> None:
    job.finish(Result(succeeded=True, return_code=0))
    names = {path.name for path in job.path.iterdir()}
    assert names == {"result.json"}, "nothing half written is left"
    assert json.loads((job.path / "result.json").read_text())["return_code"] == 0
    assert (job.path / "result.json").stat().st_mode & 0o777 == 0o600


def test_cancelling_a_job_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    JobDirectory(tmp_path / "W9").cancel()
    assert list(tmp_path.iterdir()) == []


def test_of_a_long_output_the_beginning_and_the_end_are_handed_on() -> None:
    text = "first line\n" + "x" * (OUTPUT_HEAD + OUTPUT_TAIL) + "\nlast line"
    said = shortened(text.encode())
    assert said.startswith("first line\n")
    assert said.endswith("\nlast line")
    assert "characters left out" in said
    assert len(said) < OUTPUT_HEAD + OUTPUT_TAIL + 60


def test_a_secret_is_masked_before_the_middle_is_cut_out() -> None:
    """Cut first, half of it would stand there without the word that gives it away."""
    secret = "hunter2" * 20
    said = "x" * (OUTPUT_HEAD - 20) + f" password={secret} " + "y" * OUTPUT_TAIL
    assert "hunter2" not in shortened(said.encode())
    assert shortened(b"\xff\xfe broken") == "\ufffd\ufffd broken"
