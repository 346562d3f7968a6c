"""Whose an instance is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchkeeper.domain.readings import ProbeTarget, Series, Targets

_PORT = re.compile(r":[0-9]{1,5}$")


@dataclass(frozen=True, kw_only=True)
class Naming:
    """The targets, looked up by what a metric source calls them."""

    servers: Mapping[str, str]
    portless: Mapping[str, str]  # only what is one server's alone
    probes: Mapping[str, tuple[ProbeTarget, ...]]

    def server(self, instance: str) -> str | None:
        """The server of an instance label.

        As listed; else listed without the label's port; else listed with a port that the label
        does not have. Another port than the listed one is another instance.
        """
        exact = self.servers.get(instance)
        if exact is not None:
            return exact
        host = without_port(instance)
        return self.servers.get(host) if host != instance else self.portless.get(instance)

    def series(self, metric: str, instance: str, part: str) -> Iterable[Series]:
        """The rows that an answer's series belongs to: none when nobody listed it."""
        if metric == "probe_success":
            return [
                Series(server=probe.server, metric=metric, part=probe.service)
                for probe in self.probes.get(plain(instance), ())
            ]
        server = self.server(instance)
        return [] if server is None else [Series(server=server, metric=metric, part=part)]

    def lists(self, instance: str) -> bool:
        """Whether the estate knows it, as a server or as a probe."""
        return self.server(instance) is not None or plain(instance) in self.probes


def naming(targets: Targets) -> Naming:
    """How the targets are found by their instance labels."""
    portless: dict[str, set[str]] = defaultdict(set)
    for instance, server in targets.servers.items():
        portless[without_port(instance)].add(server)
    probes: dict[str, tuple[ProbeTarget, ...]] = {}
    for probe in targets.probes:
        probes[plain(probe.instance)] = (*probes.get(plain(probe.instance), ()), probe)
    return Naming(
        servers=targets.servers,
        portless={host: names.pop() for host, names in portless.items() if len(names) == 1},
        probes=probes,
    )


def server_pattern(targets: Targets) -> str:
    """A regular expression (RE2) that the instances of all listed servers match; "": none."""
    hosts = sorted({without_port(name) for name in targets.servers})
    return f"({'|'.join(map(re.escape, hosts))})(:[0-9]+)*" if hosts else ""


def probe_pattern(targets: Targets) -> str:
    """A regular expression (RE2) that the instances of all listed probes match; "": none."""
    addresses = sorted({plain(probe.instance) for probe in targets.probes})
    return f"({'|'.join(map(re.escape, addresses))})/*" if addresses else ""


def without_port(instance: str) -> str:
    """``web-1`` of ``web-1:9100``; ``[::1]`` of ``[::1]:9100``."""
    return instance if instance.count(":") > 1 and "]" not in instance else _PORT.sub("", instance)


def plain(address: str) -> str:
    """A probe's address without the slash that some write at its end."""
    return address.rstrip("/")
