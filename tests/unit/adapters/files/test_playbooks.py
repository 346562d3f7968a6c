"""The playbooks of the library, and the digests by which they were reviewed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from watchkeeper.adapters.files import pin
from watchkeeper.adapters.files.playbooks import DIGESTS, TEMPLATES, FilePlaybooks


@pytest.fixture
def library(tmp_path: Path) -> FilePlaybooks:
    copy = tmp_path / "playbooks"
    shutil.copytree(FilePlaybooks().directory, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return FilePlaybooks(copy)


def digests(library: FilePlaybooks) -> dict[str, str]:
    return {book.name: book.template.digest for book in library.playbooks()}


def test_the_reviewed_digests_are_those_of_the_shipped_files() -> None:
    shipped = FilePlaybooks()
    assert (shipped.directory / DIGESTS).read_text() == shipped.digests(), (
        "review the change, then run python -m watchkeeper.adapters.files.pin"
    )
    assert {book.name for book in shipped.reviewed()} == {
        "rotate_logs",
        "start_service",
        "stop_leftovers",
        "vacuum_journal",
    }


def test_every_playbook_and_every_module_belongs_to_a_template() -> None:
    shipped = FilePlaybooks()
    known = {path for book in shipped.playbooks() for path, _ in book.files}
    there = {
        str(path.relative_to(shipped.directory))
        for pattern in ("*.yml", "library/*.py")
        for path in shipped.directory.glob(pattern)
    }
    assert there == known


def test_a_playbook_gathers_no_facts_uses_no_shell_and_names_its_tasks() -> None:
    for book in FilePlaybooks().playbooks():
        [play] = yaml.safe_load(book.files[0][1])
        assert play["gather_facts"] is False
        for task in play["tasks"]:
            assert task["name"]
            assert not {"shell", "ansible.builtin.shell", "raw", "script"} & task.keys()


@pytest.mark.parametrize(
    "path", ["stop_leftovers.yml", "library/leftovers.py"], ids=["playbook", "module"]
)
def test_a_digest_covers_the_playbook_and_its_modules(library: FilePlaybooks, path: str) -> None:
    before = digests(library)
    file = library.directory / path
    file.write_bytes(file.read_bytes() + b"\n")
    changed = {name for name, digest in digests(library).items() if digest != before[name]}
    assert changed == {"stop_leftovers"}
    assert "stop_leftovers" not in {book.name for book in library.reviewed()}


def test_a_digest_covers_the_declared_parameters(library: FilePlaybooks) -> None:
    before = digests(library)
    file = library.directory / TEMPLATES
    file.write_text(file.read_text().replace("process: {type: process", "process: {type: unit"))
    changed = {name for name, digest in digests(library).items() if digest != before[name]}
    assert changed == {"stop_leftovers"}


def test_pinning_writes_down_what_is_there(library: FilePlaybooks) -> None:
    playbook = library.directory / "start_service.yml"
    playbook.write_text(playbook.read_text() + "# reviewed again\n")
    assert pin.main([str(library.directory)]) == 0
    assert json.loads((library.directory / DIGESTS).read_text()) == digests(library)
    assert len(library.reviewed()) == 4


def test_pinning_says_what_is_wrong_and_writes_nothing(library: FilePlaybooks) -> None:
    (library.directory / "start_service.yml").unlink()
    before = (library.directory / DIGESTS).read_text()
    ran = subprocess.run(
        [sys.executable, "-m", pin.__name__, str(library.directory)], capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert "start_service.yml: cannot be read" in ran.stderr
    assert (library.directory / DIGESTS).read_text() == before
