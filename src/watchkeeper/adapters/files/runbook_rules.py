"""What a runbook has to hold to besides its shape: one small rule each, all of them asked."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from watchkeeper.adapters.files.runbook_document import (
    ParameterDocument,
    RunbookDocument,
    StepDocument,
)
from watchkeeper.domain.playbook import Playbook, PlaybookParameter
from watchkeeper.domain.runbook import ItemKind, ParameterType, VerbClass

_TYPE_OF_SOURCE = {
    "unit": ParameterType.UNIT,
    "process": ParameterType.PROCESS,
    "pid_file": ParameterType.PATH,
    "rotate": ParameterType.PATHS,
    "part": ParameterType.MOUNT,
}
_SOURCES_OF_ITEM = {
    ItemKind.SERVICE: {"unit", "process", "pid_file", "rotate"},
    ItemKind.SERVER: {"rotate", "part"},
}
_STEP_NAMED = re.compile(r"(?:\bsteps? |^#+ +)`([^`\n]+)`", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A runbook as written: the document, its Markdown (None: there is none), what it may launch.

    ``reviewed`` are the playbooks whose digest is pinned; ``known`` are the names of all.
    """

    document: RunbookDocument
    stem: str  # the file's name without its ending
    prose: str | None
    reviewed: Mapping[str, Playbook]
    known: frozenset[str]


Faults = Iterator[tuple[str, str]]  # rule, what to mend


def faults(written: Written) -> Iterable[tuple[str, str]]:
    """Everything that is wrong with it, rule by rule."""
    for rule in RULES:
        yield from rule(written)


def _named_for_its_file(written: Written) -> Faults:
    if written.document.id != written.stem:
        yield "id", f"id is {written.document.id} but the file is called {written.stem}"


def _told_to_people(written: Written) -> Faults:
    if written.prose is None:
        yield "prose", f"{written.stem}.md is missing; write for people what this does and why"
        return
    steps = {step.id for step in written.document.steps}
    for name in dict.fromkeys(_STEP_NAMED.findall(written.prose)):
        if name not in steps:
            yield "prose", f"{written.stem}.md names the step {name}, which does not exist"


def _steps_told_apart(written: Written) -> Faults:
    ids = [step.id for step in written.document.steps]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield "steps", f"two steps are called {twice}"


def _one_deed_a_step(written: Written) -> Faults:
    for step in written.document.steps:
        if (step.check is None) == (step.template is None):
            has = "neither" if step.check is None else "both"
            yield "step", f"step {step.id} has {has} check and template; give it one of them"
        if not step.expect.strip():
            yield "expect", f"step {step.id} does not say what it expects; add expect"


def _costs_told(written: Written) -> Faults:
    for step in written.document.steps:
        if step.template is None:
            if step.verb is not None:
                yield "verb", f"step {step.id} is a check: it changes nothing and has no verb"
        elif step.verb is None:
            yield "verb", f"step {step.id} does not say what it can cost; add verb"
        elif step.verb is VerbClass.DESTRUCTIVE:
            yield "verb", f"step {step.id} is destructive; no runbook may destroy"
        elif step.verb is VerbClass.REVERSIBLE and not step.inverse.strip():
            yield "inverse", f"step {step.id} is reversible; say how it is undone in inverse"


def _templates_known(written: Written) -> Faults:
    for step in _launching(written):
        if step.template not in written.known:
            yield "template", f"step {step.id}: there is no playbook {step.template}"
        elif step.template not in written.reviewed:
            yield (
                "template",
                f"step {step.id}: the playbook {step.template} is not the reviewed one; "
                "review it, then run python -m watchkeeper.adapters.files.pin",
            )


def _parameters_make_sense(written: Written) -> Faults:
    sources = _SOURCES_OF_ITEM[written.document.applies_to]
    for name, parameter in written.document.parameters.items():
        kind = _TYPE_OF_SOURCE[parameter.source]
        if parameter.type is not kind:
            yield (
                "parameter",
                f"parameter {name}: {parameter.source} is a {kind}, not a {parameter.type}",
            )
        if parameter.source not in sources:
            item = written.document.applies_to
            yield "parameter", f"parameter {name}: a {item} has no {parameter.source}"


def _parameters_reach_the_templates(written: Written) -> Faults:
    given = written.document.parameters
    for step in _launching(written):
        book = written.reviewed.get(step.template or "")
        for wanted in book.parameters if book else ():
            wrong = _unfit(wanted, given.get(wanted.name))
            if wrong:
                yield "parameter", f"step {step.id}: {step.template} {wrong}"


def _unfit(wanted: PlaybookParameter, given: ParameterDocument | None) -> str:
    if given is None:
        return "" if wanted.optional else f"needs the parameter {wanted.name}"
    if given.type is not wanted.type:
        return f"takes {wanted.name} as a {wanted.type}, not as a {given.type}"
    if given.optional and not wanted.optional:
        return f"cannot do without {wanted.name}, which is optional here"
    return ""


def _launching(written: Written) -> Iterator[StepDocument]:
    return (step for step in written.document.steps if step.template is not None)


RULES: tuple[Callable[[Written], Faults], ...] = (
    _named_for_its_file,
    _told_to_people,
    _steps_told_apart,
    _one_deed_a_step,
    _costs_told,
    _templates_known,
    _parameters_make_sense,
    _parameters_reach_the_templates,
)
