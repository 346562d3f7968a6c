"""What the metrics say of a service's health now. Unknown is unknown, never healthy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.knowledge.estate import EstateGraph


class Health(StrEnum):
    """Three answers, because the world has three."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


class HealthReason(StrEnum):
    """Why it is said."""

    ANSWERS = "its probe answers"
    DOES_NOT_ANSWER = "its probe does not answer"
    ALERT = "an open alert names it"
    NO_PROBE = "it has no probe"
    NEVER_PROBED = "no source has told of its probe"
    STALE = "its probe's last reading is too old"


@dataclass(frozen=True, kw_only=True)
class ServiceHealth:
    """One service's health, and what it is drawn from."""

    service: str
    health: Health
    reason: HealthReason
    seen_at: datetime | None = None  # of its probe's newest reading


@dataclass(frozen=True, kw_only=True)
class Probed:
    """What a service's probe said last."""

    answers: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class GroupHealth:
    """A redundancy group, counted. Only the healthy carry load for sure."""

    healthy: tuple[str, ...] = ()
    unhealthy: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many replicas there are."""
        return len(self.healthy) + len(self.unhealthy) + len(self.unknown)

    def without(self, service: str) -> tuple[str, ...]:
        """Who is surely still there when a service goes down."""
        return tuple(name for name in self.healthy if name != service)


@dataclass(frozen=True, kw_only=True)
class HealthBoard:
    """What is known of all services; of what stands nowhere on it, nothing is known."""

    now: datetime | None = None
    fresh_for: timedelta = timedelta(0)
    probes: Mapping[str, Probed] = field(default_factory=dict)  # by service
    accused: frozenset[str] = frozenset()  # services that open alerts name

    def of(self, graph: EstateGraph, service: str) -> ServiceHealth:
        """One service. O(1)."""
        probed = self.probes.get(service)
        health, reason = self._judged(graph, service, probed)
        return ServiceHealth(
            service=service,
            health=health,
            reason=reason,
            seen_at=probed.at if probed else None,
        )

    def of_group(self, graph: EstateGraph, service: str) -> GroupHealth:
        """The redundancy group of a service, itself included. O(replicas)."""
        found: dict[Health, list[str]] = {health: [] for health in Health}
        for replica in graph.replicas(service):
            found[self.of(graph, replica.name).health].append(replica.name)
        return GroupHealth(
            healthy=tuple(found[Health.HEALTHY]),
            unhealthy=tuple(found[Health.UNHEALTHY]),
            unknown=tuple(found[Health.UNKNOWN]),
        )

    def _judged(
        self, graph: EstateGraph, service: str, probed: Probed | None
    ) -> tuple[Health, HealthReason]:
        """An open alert speaks before a probe that answers; an old reading says nothing."""
        if service in self.accused:
            return Health.UNHEALTHY, HealthReason.ALERT
        if probed is None:
            known = graph.services.get(service)
            silent = HealthReason.NEVER_PROBED if known and known.probe else HealthReason.NO_PROBE
            return Health.UNKNOWN, silent
        if self.now is None or not timedelta(0) <= self.now - probed.at <= self.fresh_for:
            return Health.UNKNOWN, HealthReason.STALE
        if probed.answers:
            return Health.HEALTHY, HealthReason.ANSWERS
        return Health.UNHEALTHY, HealthReason.DOES_NOT_ANSWER


def accused(graph: EstateGraph, anomalies: Iterable[Anomaly]) -> frozenset[str]:
    """The services that anomalies of open alerts name.

    What is wrong with a server as a whole (a full disk, a silent exporter) accuses none of them:
    each is judged by its own probe.
    """
    named = (graph.item_of(anomaly) for anomaly in anomalies)
    return frozenset(item for item in named if item in graph.services)
