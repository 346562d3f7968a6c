"""What one source tells of the estate, before it is reconciled with what the others tell."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from watchkeeper.domain.drift import Drift
from watchkeeper.domain.estate import Server, Service

Item = TypeVar("Item", Server, Service)


@dataclass(frozen=True, kw_only=True)
class Claim(Generic[Item]):
    """An item as a source describes it; only the fields in ``said`` are its word."""

    item: Item
    said: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A target that a metric source collects from.

    ``name`` is what a label calls the server, where the settings map one. What other labels say is
    ``claim``: it is compared with what people wrote, and never put in its place.
    """

    instance: str
    host: str  # of the address that it is collected from
    claim: Claim[Server]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Everything that one source tells.

    ``sightings`` is None where the source is no metric source. ``probes`` are the addresses that a
    metric source probes.
    """

    source: str
    servers: tuple[Claim[Server], ...] = ()
    services: tuple[Claim[Service], ...] = ()
    single_host: bool = False
    sightings: tuple[Sighting, ...] | None = None
    probes: frozenset[str] = field(default_factory=frozenset)
    troubles: tuple[Drift, ...] = ()  # what of it could not be taken
