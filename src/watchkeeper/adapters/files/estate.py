"""``estate.yaml``: the servers and services as people write them down.

The line below a key is its line in docs/reference/estate.md.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from watchkeeper.adapters.files.field_faults import dotted, first_fault
from watchkeeper.adapters.files.yaml_text import FileRefused, parse_yaml, read_text
from watchkeeper.domain.estate import (
    ITEM_NAME,
    UNCLASSIFIED,
    Criticality,
    Estate,
    Exposure,
    Role,
    Server,
    Service,
)
from watchkeeper.domain.telling import Claim, Telling

_PROBE = re.compile(r"(https?://[^\s/?#@]+([/?#]\S*)?|tcp://[^\s/?#@]+:[0-9]{1,5})")

HEADER = """\
# The estate: the servers and services that Watchkeeper looks after.
# `class` decides what may be done to a server; an unclassified one is never touched without a
# person. Every key is told in docs/reference/estate.md.
"""


class EstateRefused(FileRefused):
    """The estate cannot be used. The message is one line: which item, what, and what to do."""


def _absolute(path: str) -> str:
    if not path.startswith("/") or ".." in path.split("/"):
        raise ValueError("must be an absolute path without ..")
    return path


def _not_root(user: str) -> str:
    if user == "root":
        raise ValueError("must not be root: give a user of its own, who may do little by sudo")
    return user


def _probe(address: str) -> str:
    if address and not _PROBE.fullmatch(address):
        raise ValueError("must be http://…, https://… or tcp://host:port, without a user in it")
    return address


Name = Annotated[str, Field(pattern=ITEM_NAME)]
Unit = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._:@\\-]{0,255})?$")]
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{0,255}$")]
Instance = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f]{1,255}$")]
AbsolutePath = Annotated[
    str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,4095}$"), AfterValidator(_absolute)
]
Address = Annotated[str, Field(pattern=r"^([A-Za-z0-9:][A-Za-z0-9.:_-]{0,252})?$")]
Login = Annotated[str, Field(pattern=r"^([a-z_][a-z0-9_-]{0,31})?$"), AfterValidator(_not_root)]
HostKey = Annotated[
    str,
    Field(pattern=r"^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp[0-9]{3}) [A-Za-z0-9+/]{40,2800}={0,2}$"),
]
Probe = Annotated[str, Field(max_length=2048), AfterValidator(_probe)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class WrittenServer(_Written):
    """A server, as it is written."""

    name: Name
    "Unique among all servers and services."
    server_class: Name = Field(default=UNCLASSIFIED, alias="class")
    "Decides what may be done to it; unclassified: nothing without a person."
    exposure: Exposure = Field(default=Exposure.INTERNAL, strict=False)
    "Who can reach it."
    criticality: Criticality = Field(default=Criticality.UNRATED, strict=False)
    "What an outage costs."
    owner: Words = ""
    "Who looks after it."
    instances: tuple[Instance, ...] = Field(default=(), strict=False)
    "What metric and alert sources call it: the label `instance`. Its name counts, too."
    address: Address = ""
    "Where its ssh answers: a name or an IP; `local`: the host that Watchkeeper runs on."
    port: int = Field(default=22, ge=1, le=65535, strict=False)
    "The port of its ssh."
    user: Login = ""
    "Who acts there: never root; none: nothing is done there."
    host_keys: tuple[HostKey, ...] = Field(default=(), strict=False)
    "Its public host keys, such as `ssh-ed25519 AAAA…`; another or an unknown one is refused."
    python: AbsolutePath = "/usr/bin/python3"
    "The Python that ansible's modules run on there."
    role: Role = Field(default=Role.NONE, strict=False)
    "What it is to those who watch; whatever has a role is never acted on without a person."
    protected: bool = False
    "Never without a person, whatever is granted."


class WrittenService(_Written):
    """A service, as it is written."""

    name: Name
    "Unique among all servers and services."
    server: Name
    "The server that it runs on."
    unit: Unit = ""
    "What the init system calls it; none: it cannot be restarted."
    process: Words = ""
    "The name of its executable, to count what is alive and to end what is left over."
    pid_file: AbsolutePath | None = None
    "Tells its main process from its children, and from another service of the same program."
    probe: Probe = ""
    "How it is asked whether it works: http://…, https://… or tcp://host:port."
    logs: tuple[AbsolutePath, ...] = Field(default=(), strict=False)
    "Files that are read for evidence."
    rotate: tuple[AbsolutePath, ...] = Field(default=(), strict=False)
    "Files that may be rotated away when a disk fills."
    depends_on: tuple[Name, ...] = Field(default=(), strict=False)
    "The services that it needs; never in a circle."
    owner: Words = ""
    "Who looks after it; none: the server's owner."
    criticality: Criticality = Field(default=Criticality.UNRATED, strict=False)
    "What an outage costs; unrated: the server's."
    replicas_of: Words = ""
    "The group that it is one of; of a group, one is changed at a time."
    role: Role = Field(default=Role.NONE, strict=False)
    "What it is to those who watch: as a server's."
    protected: bool = False
    "Never without a person, whatever is granted; nor is the server that it runs on."


class WrittenEstate(_Written):
    """The whole file."""

    servers: tuple[WrittenServer, ...] = Field(default=(), strict=False)
    "See below."
    services: tuple[WrittenService, ...] = Field(default=(), strict=False)
    "See below."
    single_host: bool = False
    "The host that Watchkeeper itself runs on may be acted on without a person."


def read_estate(path: Path) -> Estate:
    """The estate of a file. Raises FileRefused, or EstateRefused when it was readable."""
    return parse_estate(read_text(path), str(path))


def parse_estate(text: str, name: str = "estate.yaml") -> Estate:
    """The estate that a text describes; ``name`` is what errors call it. Raises FileRefused."""
    estate = _as_domain(_validated(text, name))
    for fault in faults(estate):
        raise EstateRefused(f"{name}: {fault}")
    return estate


def tell_estate(path: Path) -> Telling:
    """What a file says, as one source of several.

    What it names may stand in another source, so only what is wrong in itself is refused. Raises
    FileRefused.
    """
    written = _validated(read_text(path), str(path))
    estate = _as_domain(written)
    for fault in _twice(estate):
        raise EstateRefused(f"{path}: {fault}")
    return Telling(
        source=path.name,
        servers=tuple(map(server_claim, written.servers)),
        services=tuple(map(service_claim, written.services)),
        single_host=written.single_host,
    )


def server_claim(written: WrittenServer) -> Claim[Server]:
    """A server, and which of its fields somebody wrote."""
    return Claim(item=Server(**dict(written)), said=frozenset(written.model_fields_set))


def service_claim(written: WrittenService) -> Claim[Service]:
    """A service, and which of its fields somebody wrote."""
    item = Service(**{**dict(written), "pid_file": written.pid_file or ""})
    return Claim(item=item, said=frozenset(written.model_fields_set))


def _validated(text: str, name: str) -> WrittenEstate:
    said = parse_yaml(text, name)
    try:
        return WrittenEstate.model_validate({} if said is None else said)
    except ValidationError as error:
        raise EstateRefused(f"{name}: {first_fault(error, lambda at: _named(at, said))}") from None


def faults(estate: Estate) -> Iterator[str]:
    """What does not fit together, one line each, worst first."""
    yield from _twice(estate)
    yield from _dangling(estate)
    yield from _circles(estate)


def estate_text(estate: Estate, comments: Sequence[str] = ()) -> str:
    """An estate as the file that would say it; what is at its default is left out."""
    said = {
        "single_host": estate.single_host,
        "servers": [_short(server) for server in estate.servers],
        "services": [_short(service) for service in estate.services],
    }
    notes = "".join(f"# {line}\n" for comment in comments for line in comment.splitlines())
    return HEADER + notes + yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)


def estate_digest(estate: Estate) -> str:
    """SHA-256 over the estate as it is understood: comments and order of keys do not count."""
    said = json.dumps(
        {  # as asdict would say it, without copying every word of a large estate
            "servers": [vars(server) for server in estate.servers],
            "services": [vars(service) for service in estate.services],
            "single_host": estate.single_host,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(said.encode()).hexdigest()


def _as_domain(written: WrittenEstate) -> Estate:
    return Estate(
        servers=tuple(server_claim(server).item for server in written.servers),
        services=tuple(service_claim(service).item for service in written.services),
        single_host=written.single_host,
    )


def _named(location: Sequence[int | str], said: object) -> str:
    """``services[shop].probe``: an item by its name where it has one."""
    if len(location) < 2 or not isinstance(said, dict):
        return dotted(location)
    items = said.get(location[0])
    index = location[1]
    if not isinstance(items, list) or not isinstance(index, int) or index >= len(items):
        return dotted(location)
    item = items[index]
    name = item.get("name") if isinstance(item, dict) else None
    rest = dotted(location[2:])
    known = name if isinstance(name, str) and name.isprintable() else index
    return f"{location[0]}[{known}]" + (f".{rest}" if rest else "")


def _twice(estate: Estate) -> Iterator[str]:
    seen: set[str] = set()
    for name in (*(s.name for s in estate.servers), *(s.name for s in estate.services)):
        if name in seen:
            yield f"{name}: two items have this name; give one of them another"
        seen.add(name)
    owners: dict[str, str] = {}
    for server in estate.servers:
        for instance in server.instances:
            other = owners.setdefault(instance, server.name)
            if other != server.name:
                yield f"{server.name}: instance {instance} is also {other}'s; it can be only one's"


def _dangling(estate: Estate) -> Iterator[str]:
    servers = {server.name for server in estate.servers}
    services = {service.name for service in estate.services}
    for service in estate.services:
        if service.server not in servers:
            yield f"{service.name}: server {service.server} is not in the estate; add it to servers"
        for upstream in service.depends_on:
            if upstream not in services:
                yield f"{service.name}: depends_on {upstream}, which is no service of the estate"


def _circles(estate: Estate) -> Iterator[str]:
    """Dependencies that run in a circle, found by taking away whatever needs nothing more."""
    needs = {s.name: set(s.depends_on) for s in estate.services}
    while free := [name for name, upstreams in needs.items() if not upstreams]:
        for name in free:
            del needs[name]
        for upstreams in needs.values():
            upstreams.difference_update(free)
    if needs:
        circle = _one_circle(needs)
        yield f"{circle[0]}: depends on itself: {' → '.join(circle)}; remove one of these"


def _one_circle(needs: dict[str, set[str]]) -> list[str]:
    way = [min(needs)]
    while (following := min(name for name in needs[way[-1]] if name in needs)) not in way:
        way.append(following)
    return [*way[way.index(following) :], following]


def _short(item: Server | Service) -> dict[str, object]:
    said: dict[str, object] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name in ("name", "server", "server_class") or value != field.default:
            key = "class" if field.name == "server_class" else field.name
            said[key] = list(value) if isinstance(value, tuple) else _plain(value)
    return said


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Exposure | Criticality) else value
