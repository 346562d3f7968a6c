"""The inventory port on what Prometheus collects from: ``/api/v1/targets``."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from watchkeeper.adapters.prometheus.answers import NAME_LIMIT, AnswerMalformed, refusal
from watchkeeper.adapters.prometheus.naming import plain
from watchkeeper.adapters.prometheus.target_labels import TargetLabels
from watchkeeper.adapters.wire.client import WireClient
from watchkeeper.adapters.wire.endpoint import Endpoint
from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.telling import Sighting, Telling
from watchkeeper.ports.crew import Crew

LIMIT_BYTES = 268_435_456  # a target is about 1 KB, and 100,000 servers may have two each
MOST_TARGETS = 250_000
MOST_TROUBLES = 1_000


class _Target(msgspec.Struct, rename="camel"):
    labels: dict[str, str] = {}
    scrape_url: str = ""


class _Targets(msgspec.Struct, rename="camel"):
    active_targets: list[_Target] | None = None  # Go says null for none


class _TargetsAnswer(msgspec.Struct):
    status: Literal["success"]
    data: _Targets


class PrometheusTargets:
    """Asks once for all active targets. Names that it brings never get a class by it."""

    def __init__(
        self, endpoint: Endpoint, crew: Crew, labels: TargetLabels, jobs: Iterable[str] = ()
    ) -> None:
        self._wire = WireClient(replace(endpoint, limit_bytes=LIMIT_BYTES))
        self._crew = crew
        self._labels = labels
        self._jobs = frozenset(jobs)

    @property
    def name(self) -> str:
        """The source's name in the configuration."""
        return self._wire.source

    async def close(self) -> None:
        """Close its connections."""
        await self._wire.close()

    async def told(self) -> Telling:
        """Every active target. Raises SourceUnavailable."""
        body = await self._wire.get_json("/api/v1/targets", {"state": "active"}, refusal)
        try:
            return await self._crew.run(telling, body, self.name, self._labels, self._jobs)
        except AnswerMalformed as error:
            failure = self._wire.unavailable("malformed", f"answers nonsense: {error}")
        raise failure


def telling(body: bytes, source: str, labels: TargetLabels, jobs: frozenset[str]) -> Telling:
    """The targets of an answer, or AnswerMalformed. Pure, for the crew; O(targets log targets).

    Prometheus tells its jobs in any order: sorted, the same targets are the same estate.
    """
    targets = sorted(
        (t for t in _decoded(body) if not jobs or t.labels.get("job") in jobs), key=_place
    )
    found: list[Sighting] = []
    troubles: list[Drift] = []
    for target in targets:
        instance = target.labels.get("instance", "")
        if _is_probe(target):
            continue
        if instance != one_line(instance, NAME_LIMIT) or not instance or " " in instance:
            troubles.append(_nameless(source, instance))
            continue
        found.append(_sighting(target, instance, labels))
        troubles.extend(labels.troubles(source, instance, target.labels))
    return Telling(
        source=source,
        sightings=tuple(found),
        probes=frozenset(_probes(targets)),
        troubles=tuple(troubles[:MOST_TROUBLES]),
    )


def _place(target: _Target) -> tuple[str, ...]:
    labels = target.labels
    return labels.get("instance", ""), labels.get("job", ""), target.scrape_url


def _sighting(target: _Target, instance: str, labels: TargetLabels) -> Sighting:
    return Sighting(
        instance=instance,
        host=_host(target.scrape_url),
        claim=labels.claim(target.labels),
        name=labels.named(target.labels),
    )


def _probes(targets: Iterable[_Target]) -> Iterator[str]:
    for target in targets:
        if _is_probe(target):
            yield plain(one_line(target.labels.get("instance", ""), NAME_LIMIT))


def _is_probe(target: _Target) -> bool:
    """Whether it is an address that an exporter is sent to, as blackbox_exporter is."""
    path = target.scrape_url.partition("?")[0]
    return path.endswith("/probe") or "://" in target.labels.get("instance", "")


def _host(url: str) -> str:
    try:
        return one_line(urlsplit(url).hostname or "", NAME_LIMIT)
    except ValueError:
        return ""


def _nameless(source: str, instance: str) -> Drift:
    return Drift(
        kind=DriftKind.UNUSABLE,
        item=one_line(instance, NAME_LIMIT),
        field="instance",
        words="a target whose label instance is no name",
        sources=(source,),
    )


def _decoded(body: bytes) -> list[_Target]:
    try:
        targets = msgspec.json.decode(body, type=_TargetsAnswer).data.active_targets or []
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise AnswerMalformed("the answer is not what the API promises") from None
    if len(targets) > MOST_TARGETS:
        raise AnswerMalformed(f"more than {MOST_TARGETS} targets")
    return targets
