"""``/metrics`` in Prometheus's text format (version 0.0.4)."""

from collections import Counter
from collections.abc import Iterator, Mapping

from watchkeeper.bootstrap.running import EstateCounts
from watchkeeper.domain.drift import DriftKind
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.interfaces.http.doors import Doors
from watchkeeper.interfaces.views.approvals import approval_list

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]

MEANINGS = {
    "series": "Series that the last cycle read.",
    "anomalies": "Series that are not as they should be.",
    "gaps": "What was asked for and not answered.",
    "unlisted_instances": "Instances that a source knows and the estate does not.",
    "failing_sources": "Sources that could not be believed in the last cycle.",
    "dark_servers": "Servers of the estate of which no source has told anything for some cycles.",
    "failing_tasks": "Parts of the watch that fail and are started again; not 0: see its log.",
    "fit_to_act": "0: something is wrong with the watch itself, so it only watches.",
    "data_directory_used_ratio": "How full the file system of the data directory is.",
    "journal_write_seconds": "What a small write to the journal takes.",
    "notices_failing": "1: a message to people waits to be taken.",
    "heartbeat_up": "1: the last sign of life was given and taken.",
    "heartbeats_total": "Signs of life since the start.",
    "heartbeat_timestamp_seconds": "When the last sign of life was given.",
    "parked_streams": "Streams left alone for a while after a failure; for long: see its log.",
}


async def metrics_text(doors: Doors) -> str:
    """Everything about the watch itself, as of now."""
    return "".join(
        [*_of_the_loop(doors), *_of_the_estate(doors.gauges.estate), *await _of_the_journal(doors)]
    )


async def _of_the_journal(doors: Doors) -> list[str]:
    head = await doors.journal.head()
    alerts = [h.state for h in await doors.journal.open_streams("alert") if h.readable]
    incidents = [h.state for h in await doors.journal.open_streams("incident") if h.readable]
    lost = {h.state.source for h in await doors.journal.open_streams("source") if h.readable}
    waiting = len(await approval_list(doors.journal))
    severities = Counter(state.severity for state in alerts)
    phases = Counter(state.phase for state in incidents)
    return [
        _metric("journal_entries", "gauge", "Entries of the journal.", [({}, head.size)]),
        _metric(
            "alerts_active",
            "gauge",
            "Active alerts, by severity.",
            [({"severity": each.value}, severities[each]) for each in AlertSeverity],
        ),
        _metric(
            "incidents_open",
            "gauge",
            "Incidents that are not closed, by phase.",
            [({"phase": p.value}, phases[p]) for p in Phase if p is not Phase.CLOSED],
        ),
        _metric("approvals_waiting", "gauge", "Actions that wait for a person.", [({}, waiting)]),
        _metric(
            "source_up",
            "gauge",
            "1: the source answers.",
            [({"source": name}, int(name not in lost)) for name in doors.sources],
        ),
    ]


def _of_the_loop(doors: Doors) -> Iterator[str]:
    gauges = doors.gauges
    yield _metric("info", "gauge", "The version.", [({"version": doors.version}, 1)])
    yield _metric(
        "loop_lag_seconds",
        "gauge",
        "How late the event loop was in the last minute.",
        [({"quantile": f"{q:g}"}, doors.lag.quantile(q)) for q in (0.5, 0.99, 1.0)],
    )
    yield _metric("cycles_total", "counter", "Monitoring cycles.", [({}, gauges.cycles)])
    yield _metric(
        "cycle_seconds", "gauge", "How long the last cycle took.", [({}, gauges.cycle_seconds)]
    )
    if gauges.cycle_at is not None:
        ended = gauges.cycle_at.timestamp()
        yield _metric("cycle_timestamp_seconds", "gauge", "When it ended.", [({}, ended)])
    for name, value in sorted(gauges.all_counts().items()):
        yield _metric(name, "gauge", MEANINGS.get(name, "Told by the watch."), [({}, value)])


def _of_the_estate(counts: EstateCounts | None) -> Iterator[str]:
    if counts is None:
        return
    yield _metric("estate_servers", "gauge", "Servers in force.", [({}, counts.servers)])
    yield _metric("estate_services", "gauge", "Services in force.", [({}, counts.services)])
    yield _metric(
        "estate_unclassified_servers",
        "gauge",
        "Servers without a class, never acted on alone.",
        [({}, counts.unclassified)],
    )
    yield _metric(
        "estate_drift",
        "gauge",
        "What did not fit when the estate was reconciled last, by kind.",
        [({"kind": kind.value}, counts.drift.get(kind, 0)) for kind in DriftKind],
    )


def _metric(name: str, kind: str, meaning: str, samples: list[tuple[Labels, float]]) -> str:
    lines = [f"# HELP watchkeeper_{name} {meaning}", f"# TYPE watchkeeper_{name} {kind}"]
    lines += [f"watchkeeper_{name}{_braces(labels)} {value:.14g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _braces(labels: Labels) -> str:
    told = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
