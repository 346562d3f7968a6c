"""Step 7, enrich: what the logs of the services concerned say around the onset."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.estate import Service
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.monitoring.deduplicate import News
from watchkeeper.monitoring.terms import Terms
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.logs import LogLine, Logs

Lines = tuple[LogLine, ...]
Within = Callable[[float, Awaitable[Lines]], Awaitable[Lines]]
"""Waits for the lines no longer than so many seconds; raises TimeoutError."""

SERVICES_LOOKED_AT = 4  # for one alert
LINES_READ = 200
LINES_SHOWN = 20
LINE_LIMIT = 400  # characters

_TROUBLE = re.compile(
    r"error|fatal|panic|crit|alert|emerg|fail|exception|traceback|segfault|killed|refused|denied|"
    r"out of memory|no space|timed? ?out",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


async def details(news: News, logs: Sequence[Logs], within: Within, terms: Terms) -> str:
    """The alert in words with the log lines around its onset.

    Never fails and never waits longer than ``pace.log_seconds``: a log source that does not answer
    is named instead of its lines.
    """
    questions = [(service, source) for service in _concerned(news, terms.estate) for source in logs]
    start = news.alert.started_at - terms.pace.log_before
    sections = await asyncio.gather(
        *(_section(service, source, start, within, terms) for service, source in questions)
    )
    return "\n".join((*_headline(news), *(line for section in sections for line in section)))


def _concerned(news: News, estate: EstateGraph) -> tuple[Service, ...]:
    """The services that the anomalies are about; where they are about none, those of the server."""
    named = [a.part for a in news.alert.anomalies if a.part in estate.services]
    found = tuple(estate.services[name] for name in dict.fromkeys(named))
    return (found or estate.services_on(news.alert.server))[:SERVICES_LOOKED_AT]


def _headline(news: News) -> tuple[str, ...]:
    alert = news.alert
    return (
        f"server {alert.server}: {alert.severity}, since {alert.started_at.isoformat()}",
        *(f"  {_told(anomaly)}" for anomaly in alert.anomalies),
    )


def _told(anomaly: Anomaly) -> str:
    parts = [f"{_clean(anomaly.series)}: {anomaly.kind} ({anomaly.rule}), {anomaly.severity}"]
    if anomaly.value is not None:
        parts.append(f"value {anomaly.value:.6g}")
    if anomaly.limit is not None:
        parts.append(f"limit {anomaly.limit:.6g}")
    if anomaly.deviation is not None:
        parts.append(f"{anomaly.deviation:+.1f} σ")
    if anomaly.expected_at is not None:
        parts.append(f"expected at {anomaly.expected_at.isoformat(timespec='minutes')}")
    if anomaly.expected_earliest_at is not None:
        earliest = anomaly.expected_earliest_at.isoformat(timespec="minutes")
        parts.append(f"at the earliest {earliest}")
    if anomaly.expected_latest_at is not None:
        parts.append(f"at the latest {anomaly.expected_latest_at.isoformat(timespec='minutes')}")
    return ", ".join((*parts, f"since {anomaly.since.isoformat()}"))


async def _section(
    service: Service,
    source: Logs,
    start: datetime,
    within: Within,
    terms: Terms,
) -> tuple[str, ...]:
    try:
        asking = source.lines(service, start, terms.now, LINES_READ)
        lines = await within(terms.pace.log_seconds, asking)
    except SourceUnavailable as unavailable:
        return (f"logs of {service.name}, {source.name}: unavailable ({unavailable.word})",)
    except TimeoutError:
        return (f"logs of {service.name}, {source.name}: unavailable (timeout)",)
    return _quoted(service.name, source.name, lines)


def _quoted(service: str, source: str, lines: Sequence[LogLine]) -> tuple[str, ...]:
    """The newest lines that speak of trouble; where none does, the newest few."""
    troubled = [line for line in lines if _TROUBLE.search(line.text)]
    shown = (troubled or lines[-5:])[-LINES_SHOWN:]
    what = "speak of trouble" if troubled else "around it"
    head = f"logs of {service}, {source}: {len(lines)} lines, {len(troubled) or len(shown)} {what}"
    return (head, *(_line(line) for line in shown))


def _line(line: LogLine) -> str:
    at = line.at.isoformat(timespec="seconds") if line.at else "-"
    return f"  {at} {_clean(line.origin)}: {_clean(line.text)[:LINE_LIMIT]}"


def _clean(text: str) -> str:
    """Log text is untrusted: nothing in it may start a line, move a cursor or turn the writing."""
    return _CONTROL.sub(" ", text)
