"""Step 5, fuse: all that is wrong with one server is one alert."""

from collections.abc import Iterable, Sequence

from watchkeeper.domain.alert import CompoundAlert, fingerprint
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.correlate import correlate, subject
from watchkeeper.monitoring.numbers import OWN_SOURCE


def fuse(anomalies: Iterable[Anomaly]) -> tuple[CompoundAlert, ...]:
    """One compound alert a server, by server name. The anomaly that leads at the onset names it."""
    of_server: dict[str, list[Anomaly]] = {}
    for anomaly in anomalies:
        of_server.setdefault(anomaly.server, []).append(anomaly)
    return tuple(_compound(server, correlate(of_server[server])) for server in sorted(of_server))


def upstream_first(
    compounds: Sequence[CompoundAlert], estate: EstateGraph
) -> tuple[CompoundAlert, ...]:
    """Servers that more services lean on before those that only lean on them.

    So that what suffers joins the incident of what it suffers from, instead of opening its own.
    """

    def leaning(compound: CompoundAlert) -> int:
        services = estate.services_on(compound.server)
        return len({name for s in services for name in estate.dependants(s.name)})

    return tuple(sorted(compounds, key=leaning, reverse=True))


def severest(anomalies: Iterable[Anomaly]) -> AlertSeverity:
    """Critical when any of them is."""
    critical = any(anomaly.severity is AlertSeverity.CRITICAL for anomaly in anomalies)
    return AlertSeverity.CRITICAL if critical else AlertSeverity.WARNING


def _compound(server: str, anomalies: Sequence[Anomaly]) -> CompoundAlert:
    return CompoundAlert(
        fingerprint=fingerprint(OWN_SOURCE, server, (subject(anomalies[0]),)),
        source=OWN_SOURCE,
        server=server,
        severity=severest(anomalies),
        anomalies=tuple(anomalies),
        started_at=min(anomaly.since for anomaly in anomalies),
    )
