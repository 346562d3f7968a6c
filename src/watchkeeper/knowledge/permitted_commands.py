"""What root has to allow on the servers of a class, and not a word more."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchkeeper.domain.estate import Service
from watchkeeper.domain.playbook import Playbook
from watchkeeper.domain.runbook import ItemKind, Runbook
from watchkeeper.knowledge.estate import EstateGraph

HELPERS = "/usr/local/lib/watchkeeper"  # root's, on every server that is acted on

_PLAIN = re.compile(r"[A-Za-z0-9@._:/+-]{1,255}")  # nothing that sudoers could read as a pattern


@dataclass(frozen=True, kw_only=True, order=True)
class Command:
    """A helper with exactly these words."""

    helper: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Permitted:
    """The commands of a class; what cannot be allowed safely, and why."""

    commands: tuple[Command, ...]
    left_out: tuple[str, ...]


def permitted(
    server_class: str,
    estate: EstateGraph,
    runbooks: Iterable[Runbook],
    playbooks: Sequence[Playbook],
) -> Permitted:
    """Every step of every runbook in force, for every service of the class's other servers."""
    books = {book.name: book for book in playbooks}
    commands: set[Command] = set()
    left_out: set[str] = set()
    for runbook in runbooks:
        for name in _templates(runbook):
            if runbook.applies_to is not ItemKind.SERVICE or not books[name].helper:
                left_out.add(f"{name} (of {runbook.id}) acts on Watchkeeper's own host only")
                continue
            for service in _services(server_class, estate):
                command = _command(books[name], service)
                if isinstance(command, Command):
                    commands.add(command)
                elif command:
                    left_out.add(command)
    return Permitted(commands=tuple(sorted(commands)), left_out=tuple(sorted(left_out)))


def _templates(runbook: Runbook) -> Iterator[str]:
    return (step.template.name for step in runbook.steps if step.template)


def _services(server_class: str, estate: EstateGraph) -> Iterator[Service]:
    for name in estate.servers_of_class(server_class):
        if estate.servers[name].user:
            yield from estate.services_on(name)


def _command(book: Playbook, service: Service) -> Command | str:
    """The helper's call for this service; nothing, or why not, when it has none."""
    values = {"unit": service.unit, "process": service.process, "pid_file": service.pid_file}
    given = [(p.name, values.get(p.name, "")) for p in book.parameters]
    if not all(value for _, value in given):
        return ""  # the step is passed over there
    odd = next((value for _, value in given if not _PLAIN.fullmatch(value)), None)
    if odd is not None:
        return f"{book.name} of {service.name}: {odd!r} cannot be written safely into sudoers"
    return Command(helper=book.helper, words=tuple(f"{name}={value}" for name, value in given))
