"""Trying, without writing anything, whether what only reads could write."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from watchkeeper.adapters.alertmanager import write_probe as alertmanager
from watchkeeper.adapters.prometheus import write_probe as prometheus
from watchkeeper.bootstrap.endpoints import endpoint_of, endpoint_to
from watchkeeper.bootstrap.settings import Settings, SettingsRefused
from watchkeeper.bootstrap.source_settings import PrometheusSource


@dataclass(frozen=True, kw_only=True)
class WriteProbe:
    """One system that is only to be read, or told; ``tries`` says what would be asked of it."""

    name: str
    tries: tuple[str, ...]
    ask: Callable[[], Awaitable[tuple[str, ...]]]  # raises SourceUnavailable


def write_probes(settings: Settings) -> Iterator[WriteProbe]:
    """One for each system of the settings that monitoring has credentials for."""
    for source in settings.sources:
        if isinstance(source, PrometheusSource):
            endpoint = endpoint_of(source)
            yield WriteProbe(
                name=f"source {source.name}",
                tries=prometheus.TRIES,
                ask=partial(prometheus.prometheus_writes, endpoint),
            )
    heartbeat = settings.heartbeat
    if heartbeat is not None and heartbeat.kind == "alertmanager":
        try:
            told = endpoint_to(heartbeat, "heartbeat")
        except SettingsRefused:
            return  # told by the check of the secrets
        yield WriteProbe(
            name="heartbeat",
            tries=alertmanager.TRIES,
            ask=partial(alertmanager.alertmanager_writes, told),
        )
