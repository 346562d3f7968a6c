"""What only the real thing has: processes that die, files that are swapped, a machine around it."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.automation.ansible_workshop import HERE, AnsibleWorkshop
from tests.contract.automation.workshop import Ending, Errand
from watchkeeper.adapters.ansible import order, wrapper
from watchkeeper.adapters.ansible import surroundings as module
from watchkeeper.adapters.ansible.job_directory import JobDirectory
from watchkeeper.domain.job import Finished, NeverStarted, Running, Unknowable
from watchkeeper.domain.playbook import Playbook
from watchkeeper.ports.errors import (
    AlreadyLaunched,
    InventoryChanged,
    LaunchFailed,
    SurroundingsChanged,
    TemplateRefused,
)

pytestmark = pytest.mark.live("ansible")

LAUNCHER = """\
import asyncio, sys
from pathlib import Path
from tests.contract.automation.ansible_workshop import AnsibleWorkshop
from tests.contract.automation.workshop import Ending

async def main():
    workshop = object.__new__(AnsibleWorkshop)
    workshop.folder = Path(sys.argv[1])
    workshop.library, workshop.marks = workshop.folder / "playbooks", workshop.folder / "marks"
    workshop.automation = workshop.again()
    await workshop.launch(await workshop.errand(Ending.SLOW))
    print("launched", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def errand(real: AnsibleWorkshop, name: str) -> Errand:
    templates = {each.name: each for each in await real.automation.templates()}
    return Errand(template=templates[name], parameters=(("path", (str(real.marks),)),), server=HERE)


def job(real: AnsibleWorkshop, warrant: str = "W1") -> JobDirectory:
    return JobDirectory(real.folder / "jobs" / warrant)


async def finished(real: AnsibleWorkshop, warrant: str = "W1") -> Finished:
    state = await real.over(warrant)
    assert isinstance(state, Finished), state
    return state


async def until_nothing_remains(real: AnsibleWorkshop) -> None:
    async with asyncio.timeout(20):
        while real.remains():
            await asyncio.sleep(0.05)


async def test_the_job_outlives_whoever_launched_it(real: AnsibleWorkshop) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(real.folder)],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as launcher:
        assert launcher.stdout
        assert launcher.stdout.readline() == b"launched\n"
        os.killpg(launcher.pid, signal.SIGKILL)
    assert await real.again().find("W1") == Running()
    assert not real.done()
    assert (await finished(real)).succeeded
    assert real.done()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"inventory_digest": "0" * 64}, InventoryChanged),
        ({"inventory_digest": ""}, InventoryChanged),
        ({"surroundings_digest": "0" * 64}, SurroundingsChanged),
        ({"surroundings_digest": ""}, SurroundingsChanged),
    ],
)
async def test_it_computes_itself_what_a_warrant_is_bound_to(
    real: AnsibleWorkshop, changes: dict[str, str], refusal: type[Exception]
) -> None:
    works = await real.errand(Ending.WORKS)
    spent = real.spent(works, **changes)
    with pytest.raises(refusal):
        await real.automation.launch(spent, works.template, works.parameters, 60)
    assert real.runs() == 0


async def test_a_changed_plugin_voids_what_was_minted_before(
    real: AnsibleWorkshop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    works = await real.errand(Ending.WORKS)
    spent = real.spent(works)
    before = await real.automation.surroundings()
    shutil.copytree(module.CALLBACKS, tmp_path / "callbacks")
    (tmp_path / "callbacks" / "step_boundary.py").write_text("# asks nobody\n")
    monkeypatch.setattr(module, "CALLBACKS", tmp_path / "callbacks")
    assert await real.automation.surroundings() != before
    with pytest.raises(SurroundingsChanged):
        await real.automation.launch(spent, works.template, works.parameters, 60)


async def test_of_two_who_launch_at_once_one_does(real: AnsibleWorkshop) -> None:
    works = await real.errand(Ending.WORKS)
    spent = real.spent(works)
    launches = [real.again().launch(spent, works.template, works.parameters, 60) for _ in range(5)]
    ended = await asyncio.gather(*launches, return_exceptions=True)
    assert ended.count(None) == 1
    assert sum(isinstance(each, AlreadyLaunched) for each in ended) == 4
    assert (await finished(real)).succeeded
    assert real.told() == ["last"]


async def test_after_a_killed_wrapper_no_further_task_begins(real: AnsibleWorkshop) -> None:
    await real.launch(await real.errand(Ending.SLOW))
    await real.begun("W1")
    await real.lose("W1")
    assert isinstance(await real.over("W1"), Unknowable)
    await until_nothing_remains(real)
    assert real.told() == ["first"]


async def test_a_time_limit_ends_the_whole_tree(real: AnsibleWorkshop) -> None:
    await real.launch(await errand(real, "hangs"), timeout_seconds=4)
    await real.begun("W1")
    hanging = real.wrapper("W1").children(recursive=True)
    assert any("31337" in each.cmdline() for each in hanging)
    ended = await finished(real)
    assert (ended.succeeded, ended.return_code) == (False, 124)
    assert "time limit of 4 s" in ended.output
    assert not any(each.is_running() and each.status() != "zombie" for each in hanging)


async def test_a_playbook_changed_after_the_approval_is_refused(real: AnsibleWorkshop) -> None:
    works = await real.errand(Ending.WORKS)
    book = real.library / "works.yml"
    book.write_text(book.read_text().replace("echo last", "echo evil"))
    with pytest.raises(TemplateRefused):
        await real.launch(works)
    (real.library / "templates.yaml").write_text("works: {parameters: 7}")
    with pytest.raises(TemplateRefused, match=r"works\.parameters"):
        await real.launch(works)
    assert await real.automation.find("W1") == NeverStarted()
    assert real.told() == []


async def test_what_runs_is_the_pinned_copy(real: AnsibleWorkshop) -> None:
    slow = await real.errand(Ending.SLOW)
    await real.launch(slow)
    (real.library / "slow.yml").write_text("- hosts: all\n")
    assert (await finished(real)).succeeded
    assert real.told() == ["first", "last"]


async def test_altered_pinned_files_never_run(real: AnsibleWorkshop) -> None:
    laid_down(real)
    (job(real).project / "works.yml").chmod(0o600)
    (job(real).project / "works.yml").write_text("- hosts: all\n")
    assert wrapper.main([str(job(real).path)]) == 1
    assert "not the approved ones" in job(real).epitaph
    assert await real.automation.find("W1") == NeverStarted()


async def test_a_warrant_that_lapsed_before_the_wrapper_came_up(real: AnsibleWorkshop) -> None:
    works = await real.errand(Ending.WORKS)
    late = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    spent = real.spent(works, start_before=datetime.fromisoformat(late))  # type: ignore[arg-type]
    with pytest.raises(LaunchFailed, match="lapsed"):
        await real.automation.launch(spent, works.template, works.parameters, 60)
    assert await real.automation.find("W1") == NeverStarted()


async def test_a_wrapper_that_cannot_begin_is_a_launch_that_failed(
    real: AnsibleWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = await real.errand(Ending.WORKS)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LaunchFailed):
        await real.launch(works)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(LaunchFailed):
        await real.launch(works, "W2")
    for number in ("W1", "W2"):
        assert await real.automation.find(number) == NeverStarted()


async def test_without_a_place_for_jobs_nothing_starts(real: AnsibleWorkshop) -> None:
    (real.folder / "jobs").write_text("a file where the directory should be")
    with pytest.raises(LaunchFailed):
        await real.launch(await real.errand(Ending.WORKS))
    assert real.told() == []


async def test_a_kill_page_that_is_gone_says_stop(real: AnsibleWorkshop) -> None:
    (real.folder / "KILL").unlink()
    await real.launch(await real.errand(Ending.WORKS))
    ended = await finished(real)
    assert not ended.succeeded
    assert "the kill page says stop" in ended.output
    assert real.told() == []


async def test_where_it_was_stopped_is_told(real: AnsibleWorkshop) -> None:
    await real.launch(await real.errand(Ending.SLOW))
    await real.begun("W1")
    await real.automation.cancel("W1")
    assert "stopped before 'last': it was cancelled" in (await finished(real)).output


async def test_without_watched_boundaries_nothing_runs(real: AnsibleWorkshop) -> None:
    laid_down(real)
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from watchkeeper.adapters.ansible import play, wrapper\n"
        "play.CALLBACKS = Path('/nonexistent')\nwrapper.main(sys.argv[1:])\n"
    )
    subprocess.run([sys.executable, "-c", program, str(job(real).path)], check=True)
    ended = await finished(real)
    assert not ended.succeeded
    assert "boundaries are not watched" in ended.output


async def test_a_job_sees_a_clean_environment_and_tells_no_secret(
    real: AnsibleWorkshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHKEEPER_DATABASE", "postgresql://u:swordfish@db/journal")
    monkeypatch.setenv("ANSIBLE_VERBOSITY", "3")
    (real.library / "ansible.cfg").write_text("[defaults]\nverbosity = 3\n")
    monkeypatch.chdir(real.library)
    await real.launch(await errand(real, "tells"))
    ended = await finished(real)
    assert ended.succeeded
    said = job(real).output.read_text()
    assert "said: " in said
    for word in ("hunter2", "swordfish", "PYTHONPATH", "ANSIBLE_VERBOSITY", "VIRTUAL_ENV"):
        assert word not in said
        assert word not in ended.output
    everything = b"".join(p.read_bytes() for p in job(real).path.rglob("*") if p.is_file())
    assert b"hunter2" not in everything.replace(book_of(real, "tells").files[0][1], b"")


async def test_only_what_is_used_is_kept_and_only_for_us(real: AnsibleWorkshop) -> None:
    await real.launch(await real.errand(Ending.WORKS))
    await finished(real)
    await until_nothing_remains(real)
    folder = job(real).path
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 16_384
    events = [json.loads(line) for line in job(real).events.read_text().splitlines()]
    assert {"runner_on_ok", "playbook_on_stats"} <= {event["event"] for event in events}
    assert not (folder / "artifacts").exists()
    assert not (folder / "tmp").exists()


async def test_a_value_is_never_a_template_even_if_it_looks_like_one(
    real: AnsibleWorkshop,
) -> None:
    """The check at the door refuses such a value; this is what stands behind the door."""
    laid_down(real, "tells", value="{{ 40 + 2 }}{% raw %}")
    assert (
        subprocess.run([sys.executable, "-m", wrapper.__name__, str(job(real).path)]).returncode
        == 0
    )
    ended = await finished(real)
    assert ended.succeeded, ended.output
    assert "said: {{ 40 + 2 }}{% raw %}" in ended.output


def book_of(real: AnsibleWorkshop, name: str) -> Playbook:
    books = real.again()._playbooks.playbooks()
    return next(book for book in books if book.name == name)


def laid_down(real: AnsibleWorkshop, name: str = "works", value: str = "") -> None:
    """A job directory that is ready, with no wrapper started."""
    book = book_of(real, name)
    one = Errand(
        template=book.template, parameters=(("path", (value or str(real.marks),)),), server=HERE
    )
    job(real).make()
    order.lay_down(
        job(real),
        order.Errand(
            warrant=real.spent(one).warrant,
            book=book,
            arguments=one.parameters,
            timeout_seconds=60,
        ),
        order.Place(kill_page=real.folder / "KILL", interpreter=sys.executable),
    )


def test_a_wrapper_that_was_never_begun_and_one_that_began_are_told_apart(
    real: AnsibleWorkshop,
) -> None:
    laid_down(real)
    begun = job(real)
    assert begun.state() == NeverStarted()
    assert wrapper.main([str(begun.path)]) == 1, "buried: it never starts"
    other = JobDirectory(real.folder / "jobs" / "W2")
    other.make()
    with other.held():
        assert other.state() == Running()
        other.start()
    assert isinstance(other.state(), Unknowable)
    assert wrapper.main([str(other.path)]) == 1, "begun once: never again"


def test_the_interpreter_is_the_systems_where_there_is_one(real: AnsibleWorkshop) -> None:
    interpreter = Path(real.again()._here.interpreter)
    assert interpreter.exists()
    assert interpreter in (Path("/usr/bin/python3"), Path(sys.executable))
