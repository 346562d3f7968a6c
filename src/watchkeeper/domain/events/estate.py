"""What is said in ``estate``: which estate is in force, and which servers are dark."""

from dataclasses import dataclass

from watchkeeper.domain.entry import Body
from watchkeeper.domain.speakers import AGENTS, PROCESSES

ESTATE = "estate"


@dataclass(frozen=True, kw_only=True)
class EstateAdopted(Body, kind="estate.adopted", said_by=PROCESSES):
    """Another estate than before is in force; names stand beside the journal.

    ``roll`` is the SHA-256 of ``estate.roll`` in the data directory, ``changes`` the digest of the
    blob that tells what came, went and changed.
    """

    digest: str
    servers: int
    services: int
    unclassified: int
    appeared: int  # items that the estate before it had not
    disappeared: int
    changed: int  # of another class, exposure or place
    drift: int  # what did not fit when it was reconciled
    roll: str
    changes: str


@dataclass(frozen=True, kw_only=True)
class DarkServersChanged(Body, kind="estate.dark_servers_changed", said_by=AGENTS):
    """Of other servers than before no source has delivered readings for some cycles."""

    dark: int
    cycles: int  # after how many it is said
    names: str = ""  # digest of the blob that names them; empty: none is dark
