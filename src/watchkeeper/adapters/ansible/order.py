"""What the wrapper is told: one file, written before the wrapper is started."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from watchkeeper.adapters.ansible.job_directory import JobDirectory, write
from watchkeeper.adapters.ansible.ssh_variables import ssh_variables
from watchkeeper.adapters.wire.ssh_login import KNOWN_HOSTS, SshLogin
from watchkeeper.domain.playbook import Files, Playbook, digest_of_files
from watchkeeper.domain.runbook import ParameterType
from watchkeeper.domain.warrant import Warrant

Arguments = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Order:
    """One job: which pinned files run, within which time, under which kill page."""

    playbook: str  # path below the project directory
    digest: str
    pinned: list[str]  # paths below the project directory
    timeout_seconds: float
    start_before: str  # ISO 8601, UTC
    kill_page: str

    @property
    def lapses_at(self) -> datetime:
        """After this instant the job may not begin any more."""
        return datetime.fromisoformat(self.start_before)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a job needs to know of where it runs: the kill page, and the way to the server.

    ``login`` None: the server is this host, and ``interpreter`` runs the modules.
    """

    kill_page: Path
    interpreter: str
    login: SshLogin | None = None

    def connection(self, job: JobDirectory) -> dict[str, object]:
        """What ansible is told of the connection."""
        if self.login:
            return ssh_variables(self.login, job.path / KNOWN_HOSTS)
        return {
            "ansible_connection": "local",
            "ansible_python_interpreter": self.interpreter,
            "ansible_remote_tmp": str(job.path / "tmp"),
        }

    def unbeatable(self, job: JobDirectory) -> dict[str, object]:
        """What is said as extra variables: whatever a server answers comes after them.

        ansible.cfg keeps facts apart from variables already; this holds even where that would not.
        """
        return self.connection(job) if self.login else {"by_sudo": False}


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a spent warrant allows: this playbook with these values, within this time."""

    warrant: Warrant
    book: Playbook
    arguments: Arguments
    timeout_seconds: float


def lay_down(job: JobDirectory, errand: Errand, place: Place) -> None:
    """Write everything that the wrapper needs into the job's own directory."""
    warrant, book = errand.warrant, errand.book
    for path, content in book.pinned:
        _lay(job.project / path, content)
    connection = place.connection(job)
    variables = {name: _unsafe(book, name, values) for name, values in errand.arguments}
    _lay(job.path / "env" / "extravars", json.dumps(place.unbeatable(job) | variables).encode())
    _lay(job.inventory, _inventory(warrant.server, connection))
    if place.login:
        _lay(job.path / KNOWN_HOSTS, place.login.known_hosts.encode())
    order = Order(
        playbook=book.files[0][0],
        digest=warrant.template_digest,
        pinned=[path for path, _ in book.pinned],
        timeout_seconds=errand.timeout_seconds,
        start_before=warrant.start_before.isoformat(),
        kill_page=str(place.kill_page),
    )
    write(job.order, json.dumps(asdict(order)))


def read_order(job: JobDirectory) -> Order:
    """The order that was laid down."""
    return Order(**json.loads(job.order.read_text()))


def as_approved(job: JobDirectory, order: Order) -> bool:
    """Whether the files that would run are, byte by byte, the approved ones."""
    try:
        files: Files = tuple((path, (job.project / path).read_bytes()) for path in order.pinned)
    except OSError:
        return False
    return digest_of_files(files) == order.digest


def _unsafe(book: Playbook, name: str, values: tuple[str, ...]) -> object:
    """The value as ansible takes it: marked so that it is never a template, whatever it says."""
    marked = [{"__ansible_unsafe": value} for value in values]
    kind = next(each.type for each in book.parameters if each.name == name)
    return marked if kind is ParameterType.PATHS else marked[0]


def _inventory(server: str, connection: dict[str, object]) -> bytes:
    return json.dumps({"all": {"hosts": {server: connection}}}).encode()


def _lay(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
    path.chmod(0o400)
