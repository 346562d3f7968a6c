"""The documentation says what the code does, and every link in it leads somewhere."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tests.reference import GENERATED, PAGES, current
from tests.unit.interfaces.standing import anomaly
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.domain.anomaly import AnomalyKind
from watchkeeper.domain.events.incidents import Escalation
from watchkeeper.domain.metric import CATALOGUE
from watchkeeper.domain.runbook import CheckName, ParameterType
from watchkeeper.incidents.triage import UNKNOWN_TYPE, type_of
from watchkeeper.interfaces.cli.tree import app

ROOT = Path(__file__).parents[2]
WRITTEN = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "src" / "watchkeeper" / "library").rglob("*.md")),
]

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:`|^[$#] )watchkeeper ([^`\n]+)", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", GENERATED)
def test_a_reference_page_is_what_the_code_gives(page: str) -> None:
    assert current(page) == (PAGES / page).read_text(encoding="utf-8"), (
        "run: python -m tests.reference"
    )


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [target for target in links(page) if not leads(page, target)]
    assert broken == []


def test_no_page_stands_alone() -> None:
    """Whoever begins at the README finds every page."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [(page.parent / target.partition("#")[0]).resolve() for target in links(page)]
        if page == ROOT / "README.md":  # it links the folder
            waiting += (ROOT / "docs" / "decisions").glob("*.md")
    assert set((ROOT / "docs").rglob("*.md")) - seen == set()


def test_every_reason_to_call_a_person_is_explained() -> None:
    page = (ROOT / "docs" / "how-to" / "paged.md").read_text(encoding="utf-8")
    assert [reason for reason in Escalation if f"| `{reason.value}` |" not in page] == []


def test_everything_a_runbook_may_be_made_of_is_listed() -> None:
    page = (ROOT / "docs" / "how-to" / "runbooks.md").read_text(encoding="utf-8")
    templates = [book.name for book in FilePlaybooks().read()]
    anomalies = [
        replace(anomaly(), metric=metric.name, kind=kind)
        for metric in CATALOGUE
        for kind in (AnomalyKind.THRESHOLD, AnomalyKind.FORECAST)
    ]
    words = {*templates, *CheckName, *ParameterType, *map(type_of, anomalies)} - {UNKNOWN_TYPE}
    assert [word for word in sorted(words) if f"`{word}`" not in page] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    named = _COMMAND.findall(page.read_text(encoding="utf-8"))
    assert [words for words in named if not is_command(words.split())] == []


def is_command(words: list[str]) -> bool:
    """Whether a noun's verb, or a verb, is one; what follows it is not looked at."""
    place: Any = get_command(app)
    for word in words:
        if not hasattr(place, "commands"):
            break
        if not word.isalpha() or not word.islower():  # an option, or NOUN
            return True
        if word not in place.commands:
            return False
        place = place.commands[word]
    return True


def test_no_page_tells_where_it_was_written() -> None:
    told = re.compile(r"/(?:work|tmp|root)/")
    assert {str(page) for page in WRITTEN if told.search(page.read_text(encoding="utf-8"))} == set()


def links(page: Path) -> Iterator[str]:
    """The relative links of a page; code is not looked at."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in _LINK.findall(text):
        if "://" not in target and not target.startswith("mailto:"):
            yield target


def leads(page: Path, target: str) -> bool:
    """Whether there is a file or folder, and the heading that the link names."""
    path, _, fragment = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.exists() or ROOT not in there.parents:
        return False
    return not fragment or fragment in set(map(anchor, _HEADING.findall(there.read_text())))


def anchor(heading: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_the_looking_itself_sees_what_it_looks_for(tmp_path: Path) -> None:
    page = ROOT / "docs" / "why.md"
    assert leads(page, "glossary.md")
    assert leads(page, "glossary.md#glossary")
    assert not leads(page, "glossary.md#nothing")
    assert not leads(page, "nowhere.md")
    written = tmp_path / "page.md"
    written.write_text("[a](b.md) `x`\n```\n[c](d.md)\n```\n[e](https://f)\n")
    assert list(links(written)) == ["b.md"]
    assert is_command(["policies", "grant", "RUNBOOK"])
    assert is_command(["up", "--config", "watchkeeper.yaml"])
    assert not is_command(["policies", "give"])
    assert not is_command(["policy"])
