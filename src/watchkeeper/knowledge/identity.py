"""Which server is meant: each name, instance and address is one server's."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace

from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import UNCLASSIFIED, Server
from watchkeeper.domain.telling import Claim

HERE = ("", "local")  # addresses that say: this host


@dataclass(frozen=True, kw_only=True)
class _Owner:
    server: str
    source: str


@dataclass
class Identity:
    """Who owns what a server is known by, as the sources are entered.

    A server for which a later source brings a name, an instance or an address that is already
    another's is disputed: it may be that other machine, so it is never acted on alone.
    """

    owners: dict[tuple[str, str], _Owner] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)
    drift: list[Drift] = field(default_factory=list)

    def cleared(self, source: str, claim: Claim[Server], settled: Container[str]) -> Claim[Server]:
        """The claim without instances that are another's. O(instances).

        ``settled`` are fields that an earlier source has said: an address that is not believed
        disputes nothing.
        """
        server = claim.item
        lost: set[str] = set()
        for how, what in _known_by(server):
            if how in settled and how != "instance":
                continue
            mine = _Owner(server=server.name, source=source)
            owner = self.owners.setdefault((how, what), mine)
            if owner.server == server.name or (owner.source == source and how == "address"):
                continue
            self._dispute(server.name, how, what, owner, source)
            if how == "instance":
                lost.add(what)
        if not lost:
            return claim
        kept = tuple(each for each in server.instances if each not in lost)
        return replace(claim, item=replace(server, instances=kept))

    def settled(self, server: Server) -> Server:
        """The server as it comes into force."""
        if server.name not in self.disputed:
            return server
        return replace(server, server_class=UNCLASSIFIED)

    def _dispute(self, name: str, how: str, what: str, owner: _Owner, source: str) -> None:
        self.disputed.add(name)
        told = f"{how} {what} is {owner.server}'s by {owner.source}"
        self.drift.append(
            Drift(
                kind=DriftKind.IDENTITY,
                item=name,
                field=how,
                words=f"{told}, and {source} gives it to {name}, which loses its class",
                sources=(owner.source, source),
            )
        )


def _known_by(server: Server) -> Iterator[tuple[str, str]]:
    yield "name", server.name.casefold()
    for instance in server.instances:
        yield "instance", instance
    if server.address not in HERE:
        yield "address", server.address
