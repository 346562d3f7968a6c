"""Runbooks as people write them: what can be used, and what there is to mend."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.runbooks import SHIPPED, FileRunbooks, lint
from watchkeeper.domain.runbook import CheckName, ItemKind, ParameterType, Precondition, VerbClass
from watchkeeper.ports.errors import SourceUnavailable

Document = dict[str, Any]
RESTART = SHIPPED / "restart-dead-service.yaml"


class Desk:
    """A directory of runbooks being written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def write(self, change: Callable[[Document], object] = lambda _: None) -> Path:
        """The shipped restart, as somebody changed it."""
        document = yaml.safe_load(RESTART.read_text())
        change(document)
        path = self.folder / RESTART.name
        path.write_text(yaml.safe_dump(document))
        path.with_suffix(".md").write_text(RESTART.with_suffix(".md").read_text())
        return path

    def told(self, change: Callable[[Document], object], rule: str) -> str:
        """What the findings of a rule say after a change."""
        path = self.write(change)
        findings = lint(path)
        assert {finding.file for finding in findings} == {str(path)}
        assert not any("\n" in str(finding) for finding in findings)
        return "\n".join(finding.message for finding in findings if finding.rule == rule)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "runbooks")


async def test_the_shipped_runbooks_are_without_a_finding() -> None:
    assert lint(SHIPPED) == ()
    assert [each.id for each in await FileRunbooks().runbooks()] == [
        "free-disk-space",
        "restart-dead-service",
    ]


async def test_a_runbook_becomes_what_the_engine_carries_out() -> None:
    space, restart = await FileRunbooks().runbooks()
    assert restart.incident_types == ("service-down",)
    assert restart.applies_to is ItemKind.SERVICE
    assert restart.preconditions == (Precondition(check=CheckName.SERVICE_IS_DEAD),)
    assert [step.id for step in restart.steps] == [
        "confirm-dead",
        "stop-leftovers",
        "start",
        "answers",
    ]
    templates = {book.name: book.template for book in FilePlaybooks().playbooks()}
    assert restart.steps[1].template == templates["stop_leftovers"]
    assert restart.steps[2].template == templates["start_service"]
    assert restart.steps[3].retry_seconds == 20
    assert restart.verification == (CheckName.PROBE_ANSWERS,)
    assert restart.prose.startswith("# Restart a dead service")
    assert len(restart.digest) == 64
    assert {step.verb for step in restart.steps} == {VerbClass.REVERSIBLE}

    assert space.applies_to is ItemKind.SERVER
    assert {(p.name, p.type, p.source) for p in space.parameters} == {
        ("mount", ParameterType.MOUNT, "part"),
        ("paths", ParameterType.PATHS, "rotate"),
    }
    assert [(step.id, step.verb) for step in space.steps if step.template] == [
        ("rotate", VerbClass.REVERSIBLE),
        ("vacuum", VerbClass.LOSSY),
    ]


def test_an_operators_own_directory_is_read_beside_the_shipped_one(desk: Desk) -> None:
    path = desk.write(lambda document: document.update(id="my-own"))
    path.rename(desk.folder / "my-own.yaml")
    path.with_suffix(".md").rename(desk.folder / "my-own.md")
    shelf = FileRunbooks((SHIPPED, desk.folder)).shelf()
    assert "my-own" in [each.id for each in shelf.runbooks]
    assert shelf.findings == ()


def test_of_two_with_one_id_neither_is_used(desk: Desk) -> None:
    desk.write()
    shelf = FileRunbooks((SHIPPED, desk.folder)).shelf()
    assert [each.id for each in shelf.runbooks] == ["free-disk-space"]
    assert [each.rule for each in shelf.findings] == ["duplicate", "duplicate"]


def test_a_runbook_that_has_a_finding_does_not_keep_the_others_out(desk: Desk) -> None:
    desk.write(lambda document: document.update(id="another"))
    shelf = FileRunbooks((SHIPPED, desk.folder, desk.folder / "nowhere")).shelf()
    assert len(shelf.runbooks) == 2
    assert {each.rule for each in shelf.findings} == {"id", "directory"}


def step(number: int, **changes: object) -> Callable[[Document], object]:
    """Change a step; None removes the key."""

    def change(document: Document) -> None:
        written = document["steps"][number]
        written.update(changes)
        for key in [key for key, value in changes.items() if value is None]:
            del written[key]

    return change


def parameter(name: str, **changes: object) -> Callable[[Document], object]:
    return lambda document: document["parameters"].setdefault(name, {}).update(changes)


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        (step(0, check="is_it_up"), "field", "steps[0].check: "),
        (step(1, template="format_disk"), "template", "there is no playbook format_disk"),
        (step(0, check=None), "step", "step confirm-dead has neither"),
        (step(1, check="probe_answers"), "step", "step stop-leftovers has both"),
        (step(1, expect=None), "expect", "does not say what it expects"),
        (step(1, expect="  "), "expect", "does not say what it expects"),
        (step(1, verb="destructive"), "verb", "no runbook may destroy"),
        (step(1, verb=None), "verb", "does not say what it can cost"),
        (step(0, verb="reversible"), "verb", "is a check"),
        (step(2, inverse=None), "inverse", "say how it is undone"),
        (step(2, id="stop-leftovers"), "steps", "two steps are called stop-leftovers"),
        (step(2, timeout_seconds=0), "field", "steps[2].timeout_seconds"),
        (step(2, shell="rm -rf /"), "field", "steps[2].shell"),
        (lambda d: d["parameters"]["unit"].pop("type"), "field", "parameters.unit.type"),
        (parameter("unit", type="text"), "field", "parameters.unit.type"),
        (parameter("unit", type="path"), "parameter", "unit is a unit, not a path"),
        (parameter("unit", optional=True), "parameter", "cannot do without unit"),
        (parameter("disk", type="mount", source="part"), "parameter", "a service has no part"),
        (parameter("free", type="unit", source="label"), "field", "parameters.free.source"),
        (lambda d: d.update(id="another"), "id", "the file is called restart-dead-service"),
        (lambda d: d.update(verification=[]), "field", "verification"),
        (lambda d: d.update(preconditions=[]), "field", "preconditions"),
        (lambda d: d.update(incident_types=["Service Down"]), "field", "incident_types"),
        (lambda d: d.update(version="newest"), "field", "version"),
        (lambda d: d.update(owner="me"), "field", "owner"),
        (lambda d: d.pop("title"), "field", "title"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_that_names_the_place(
    desk: Desk, change: Callable[[Document], object], rule: str, words: str
) -> None:
    assert words in desk.told(change, rule)


def test_a_parameter_that_a_template_needs_has_to_be_there(desk: Desk) -> None:
    path = desk.write(lambda document: document["parameters"].pop("unit"))
    assert [each.message for each in lint(path)] == [
        "step start: start_service needs the parameter unit",
    ]


def test_a_runbook_without_words_for_people(desk: Desk) -> None:
    path = desk.write()
    path.with_suffix(".md").unlink()
    [finding] = lint(path)
    assert finding.rule == "prose"
    assert "restart-dead-service.md is missing" in finding.message


@pytest.mark.parametrize("words", ["### `begin`\n", "After step `begin` it waits.\n"])
def test_prose_may_only_name_steps_that_exist(desk: Desk, words: str) -> None:
    path = desk.write()
    path.with_suffix(".md").write_text(f"Before step `start`.\n\n### `answers`\n\n{words}")
    [finding] = lint(path)
    assert finding.message == "restart-dead-service.md names the step begin, which does not exist"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: [", "line 1"),
        ("id: a\nid: b\n", "stands twice"),
        ("", "should be a valid dictionary"),
        ("title: no id\n", "id: is missing"),
        ("- a\n- b\n", "should be a valid dictionary"),
        ("!!python/object/apply:os.system [id]\n", "could not determine a constructor"),
    ],
)
def test_what_is_no_runbook_at_all(desk: Desk, text: str, words: str) -> None:
    path = desk.write()
    path.write_text(text)
    [finding] = lint(path)
    assert words in finding.message


def test_a_file_that_is_not_there(desk: Desk) -> None:
    [finding] = lint(desk.folder / "absent.yaml")
    assert "no such file" in finding.message


@pytest.fixture
def library(tmp_path: Path) -> FilePlaybooks:
    copy = tmp_path / "playbooks"
    shutil.copytree(FilePlaybooks().directory, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return FilePlaybooks(copy)


def test_a_playbook_that_nobody_reviewed_is_not_used(desk: Desk, library: FilePlaybooks) -> None:
    module = library.directory / "library" / "leftovers.py"
    module.write_text(module.read_text() + "# and more\n")
    [finding] = lint(desk.write(), library)
    assert "the playbook stop_leftovers is not the reviewed one" in finding.message


def test_a_library_that_cannot_be_read_is_told_once_and_leaves_nothing(
    desk: Desk, library: FilePlaybooks
) -> None:
    (library.directory / "templates.yaml").write_text("stop_leftovers: {modules: leftovers}\n")
    shelf = FileRunbooks((SHIPPED,), library).shelf()
    assert shelf.runbooks == ()
    assert "templates.yaml: stop_leftovers.modules" in str(shelf.findings)
    with pytest.raises(SourceUnavailable, match=r"templates\.yaml"):
        library.playbooks()
