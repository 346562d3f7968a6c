"""Alertmanager's webhook, version 4: its alerts as journal entries. Pure.

Labels say what the other system saw; they never say what is acted on. A label that names an
instance is looked up in the estate, and only there does a server or a service come from.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from watchkeeper.domain.alert import fingerprint
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.estate import Server
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.interfaces.http.problem import Fault
from watchkeeper.interfaces.http.proof import Voice
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.alert_fold import AlertState

MOST_ALERTS = 1000  # in one request
MOST_LABELS = 100
FUTURE = timedelta(minutes=5)  # how far the sender's clock may be ahead of ours
INSTANCE_LABELS = ("instance", "host", "hostname", "server", "node")  # the first that is there
METRIC = "external"  # what somebody else measured has no name in our catalogue

_CRITICAL = frozenset({"critical", "page", "error", "emergency", "fatal"})
_NOT_IN_A_RULE = re.compile(r"[^A-Za-z0-9_.:-]")

Text = Annotated[str, Field(max_length=8192)]
Labels = Annotated[dict[Annotated[str, Field(max_length=256)], Text], Field(max_length=MOST_LABELS)]


class WebhookAlert(BaseModel):
    """One alert of a group. Keys that a later version adds are not minded."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    status: Literal["firing", "resolved"]
    labels: Labels
    annotations: Labels = {}
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    generator_url: Text = Field(default="", alias="generatorURL")
    fingerprint: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a body says: alerts by their place in it, the last one of each fingerprint."""

    alerts: Mapping[int, WebhookAlert]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """What an alert is about, as the estate has it. ``service`` is empty where it is the server."""

    server: Server
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """One alert as it would be told in the journal."""

    source: str  # "alertmanager:<name>"
    fingerprint: str  # ours: no sender can speak into a stream that is not its own
    place: Place
    severity: AlertSeverity
    rule: str
    firing: bool
    started_at: datetime
    ended_at: datetime
    text: str  # labels and annotations, for people


def heard(body: object) -> Heard:
    """The alerts of a webhook body, and what is wrong in it. The good part is kept."""
    alerts, faults = _envelope(body)
    good: dict[str, tuple[int, WebhookAlert]] = {}
    for index, each in enumerate(alerts):
        try:
            alert = WebhookAlert.model_validate(each)
        except ValidationError as error:
            faults += faults_at(f"/alerts/{index}", error)
        else:
            good[alert.fingerprint] = (index, alert)
    return Heard(alerts=dict(sorted(good.values(), key=lambda pair: pair[0])), faults=tuple(faults))


class Register:
    """The estate as other systems name it. Built once an estate: O(items)."""

    def __init__(self, estate: EstateGraph) -> None:
        targets = estate.targets()
        self.estate = estate
        self._places = {
            instance: Place(server=estate.servers[name])
            for instance, name in targets.servers.items()
        }
        for probe in targets.probes:
            self._places[probe.instance] = Place(
                server=estate.servers[probe.server], service=probe.service
            )

    def place(self, named: str, service: str = "") -> Place | None:
        """What an instance is. The service is taken where it is one of that very server."""
        place = self._places.get(named) or self._places.get(_without_port(named))
        if place is None or place.service or self.estate.server_of(service) != place.server.name:
            return place
        known = service if service in self.estate.services else ""
        return Place(server=place.server, service=known)


class Registers:
    """The register of the estate in force; a new one when the estate has been loaded again."""

    def __init__(self) -> None:
        self._newest: Register | None = None

    def of(self, estate: EstateGraph) -> Register:
        """The register of this very estate."""
        if self._newest is None or self._newest.estate is not estate:
            self._newest = Register(estate)
        return self._newest


def placed(alert: WebhookAlert, voice: Voice, register: Register) -> Place | str:
    """What the alert is about; or why this sender may not say it, as a sentence."""
    label = next((name for name in INSTANCE_LABELS if alert.labels.get(name)), None)
    if label is None:
        return f"has none of the labels {', '.join(INSTANCE_LABELS)}: nobody knows whom it is about"
    named = alert.labels[label]
    place = register.place(named, alert.labels.get("service", ""))
    if place is None:
        return f"{label} {named[:200]!r} is no server or service of the estate; add it there"
    if not voice.speaks_for(place.server):
        return f"{voice.name} may not speak for {place.server.name}; add it to its targets"
    return place


def reported(alert: WebhookAlert, place: Place, voice: Voice, now: datetime) -> Report | str:
    """The alert as it would be told; or what is wrong with its times, as a sentence."""
    started_at = _utc(alert.starts_at)
    if started_at is None or started_at > now + FUTURE:
        return "startsAt is not a time that has been; look at the sender's clock"
    ended_at = (_utc(alert.ends_at) if alert.ends_at else None) or now
    source = f"alertmanager:{voice.name}"
    severity = alert.labels.get("severity", "").lower()
    return Report(
        source=source,
        fingerprint=fingerprint(source, "", (alert.fingerprint,)),
        place=place,
        severity=AlertSeverity.CRITICAL if severity in _CRITICAL else AlertSeverity.WARNING,
        rule=_rule(voice.name, alert.labels.get("alertname", "")),
        firing=alert.status == "firing",
        started_at=min(started_at, now),
        ended_at=min(max(ended_at, started_at), now),
        text=_text(alert),
    )


def said(
    report: Report, state: AlertState | None, details: str
) -> AlertRaised | AlertUpdated | AlertResolved | None:
    """What is new in a report; None: it is known already, as it is when a request is repeated.

    ``details`` is the digest of the blob that holds the report's text.
    """
    active = state if state is not None and state.active else None
    if not report.firing:
        return _resolved(report, active) if active else None
    if active is None:
        return AlertRaised(
            fingerprint=report.fingerprint,
            source=report.source,
            server=report.place.server.name,
            severity=report.severity,
            anomalies=(_anomaly(report),),
            started_at=report.started_at,
            details=details,
        )
    if [_gist(a) for a in active.anomalies] == [_gist(_anomaly(report))]:
        return None
    anomalies = (_anomaly(report),)
    return AlertUpdated(severity=report.severity, anomalies=anomalies, details=details)


def faults_at(pointer: str, error: ValidationError) -> Iterator[Fault]:
    """What pydantic found wrong in the value at a pointer; never the value itself."""
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        path = "".join(f"/{_escaped(part)}" for part in fault["loc"] if part != "[key]")
        yield Fault(pointer=f"{pointer}{path}", detail=fault["msg"])


def _resolved(report: Report, active: AlertState) -> AlertResolved | None:
    """The end of the alert; None: of an earlier one, told late."""
    if active.started_at is not None and report.ended_at < active.started_at:
        return None
    return AlertResolved(resolved_at=report.ended_at)


def _gist(anomaly: Anomaly) -> tuple[str, str, str, AlertSeverity]:
    """What has to change before an alert says something new; texts with numbers always change."""
    return anomaly.server, anomaly.part, anomaly.rule, anomaly.severity


def _anomaly(report: Report) -> Anomaly:
    return Anomaly(
        server=report.place.server.name,
        metric=METRIC,
        part=report.place.service,
        kind=AnomalyKind.EXTERNAL,
        rule=report.rule,
        severity=report.severity,
        value=None,
        since=report.started_at,
    )


def _envelope(body: object) -> tuple[list[object], list[Fault]]:
    """The list of alerts; empty, with the fault, where the body is something else."""
    if not isinstance(body, dict):
        return [], [Fault(pointer="", detail="must be an object: an Alertmanager webhook")]
    if body.get("version") != "4":
        return [], [Fault(pointer="/version", detail='must be "4"')]
    alerts = body.get("alerts")
    if not isinstance(alerts, list):
        return [], [Fault(pointer="/alerts", detail="must be a list of alerts")]
    if len(alerts) <= MOST_ALERTS:
        return alerts, []
    rest = f"holds {len(alerts)} alerts; only the first {MOST_ALERTS} were looked at"
    return alerts[:MOST_ALERTS], [Fault(pointer="/alerts", detail=rest)]


def _escaped(part: int | str) -> str:
    """A key in a JSON pointer: bounded, as it comes from outside."""
    return str(part)[:100].replace("~", "~0").replace("/", "~1")


def _without_port(instance: str) -> str:
    host, colon, port = instance.rpartition(":")
    return host.strip("[]") if colon and port.isdigit() else instance


def _utc(at: datetime) -> datetime | None:
    """The instant in UTC; None where there is none (the zero time, an impossible one)."""
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        return None
    return instant if instant.year > 1970 else None


def _rule(name: str, alertname: str) -> str:
    """The other system's rule as one word: a name from outside, so a plain and short one."""
    return f"{name}/{_NOT_IN_A_RULE.sub('_', alertname)[:64] or 'unnamed'}"


def _text(alert: WebhookAlert) -> str:
    told = {
        "labels": alert.labels,
        "annotations": alert.annotations,
        "generator_url": alert.generator_url,
    }
    return json.dumps(told, indent=1, ensure_ascii=False)
