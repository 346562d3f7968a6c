"""One blocking look at this host: its measurement and whose processes live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchkeeper.adapters.host.census import SYSTEMD, Census, Table, census
from watchkeeper.adapters.host.measurement import Measurement, measured
from watchkeeper.adapters.host.processes import processes
from watchkeeper.domain.estate import Service


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look found; censuses by service name."""

    measurement: Measurement
    censuses: Mapping[str, Census]


def look(services: Sequence[Service]) -> Look:
    """Look once at everything. It reads files and may wait for a disk: for the crew."""
    return Look(measurement=measured(), censuses=censuses(services, services))


def censuses(wanted: Sequence[Service], services: Sequence[Service]) -> dict[str, Census]:
    """The census of each wanted service among all ``services`` of this host. Reads /proc."""
    table = Table(processes=processes(), units=SYSTEMD.is_dir())
    return {service.name: census(service, services, table) for service in wanted}
