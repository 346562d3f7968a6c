"""The main story with real servers: nginx is killed, and granted runbooks bring it back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.figure import AtMost, Bar, Figure, Finding, NotMeasured
from bench.watch import metric
from tests.acceptance.conftest import FOUR, why_not
from tests.acceptance.rig.estate import Estate
from tests.acceptance.rig.metrics import Metrics
from tests.acceptance.rig.watchkeeper import Json, Watchkeeper

SOONEST = AtMost(value=30)
FIX = "alert to fix applied"
VICTIMS = ("docs", "mail", "shop", "docs", "mail")
SETTING = "2 s cycle, four services, Prometheus scraping each second"
WITHIN = 180


@dataclass(frozen=True, kw_only=True)
class Times:
    """One story in seconds, and how late the loop was meanwhile in milliseconds."""

    noticed: float  # kill → alert
    fixed: float  # alert → the runbook's last step that changes something is done
    verified: float  # alert → the fix has held
    lag: float


def story(folder: Path) -> Iterator[Finding]:
    """Five kills, each with a watch of its own: nothing is remembered from one to the next."""
    reason = why_not()
    if reason:
        yield NotMeasured(name=FIX, reason=reason, bar=SOONEST)
        return
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    folder.chmod(0o755)  # nginx's workers have to get in
    with ExitStack() as undo:
        metrics = Metrics(folder / "metrics")
        undo.callback(metrics.stop)
        metrics.start()
        estate = Estate(folder=folder / "services", metrics=metrics)
        undo.callback(estate.remove)
        estate.build(FOUR)
        told = [_told(folder / "watch", estate, victim) for victim in VICTIMS]
    window = "with a verification window of 6 s"
    yield _figure(FIX, [each.fixed for each in told], bar=SOONEST, note=SETTING)
    yield _figure("alert to verified", [each.verified for each in told], note=window)
    yield _figure("kill to alert", [each.noticed for each in told], note="two bad looks of three")
    yield _figure("loop lag p99", [each.lag for each in told], unit="ms", note="while it acts")


def _figure(
    name: str, samples: list[float], *, unit: str = "s", bar: Bar | None = None, note: str
) -> Figure:
    return Figure(
        name=name,
        value=median(samples),
        unit=unit,
        samples=len(samples),
        lowest=min(samples),
        highest=max(samples),
        bar=bar,
        note=note,
    )


def _told(folder: Path, estate: Estate, victim: str) -> Times:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    watch = Watchkeeper(folder)
    estate.write(folder, listen=watch.listen)
    try:
        watch.start()
        watch.grant()
        killed_at = datetime.now(UTC)
        estate[victim].kill_group()
        closed = watch.until_incident("closed", "escalated", within=WITHIN, about=victim)
        if closed["phase"] != "closed":
            raise RuntimeError(f"the story went wrong: {closed['escalation']}")
        lag = metric(watch, 'watchkeeper_loop_lag_seconds{quantile="0.99"}')
        return _times(watch.incident(closed["id"]), watch, killed_at, lag)
    finally:
        watch.stop()
        watch.end_leftovers()


def _times(incident: Json, watch: Watchkeeper, killed_at: datetime, lag: float) -> Times:
    """From the journal's own entries."""
    timeline = incident["timeline"]
    alert = watch.do("alerts", "show", _entry(timeline, "incident.opened")["alert"])
    raised_at = _at(_entry(alert["timeline"], "alert.raised"))
    steps = [entry for entry in timeline if entry["kind"] == "step.finished"]
    return Times(
        noticed=(raised_at - killed_at).total_seconds(),
        fixed=(max(map(_at, steps)) - raised_at).total_seconds(),
        verified=(_at(_entry(timeline, "incident.verified")) - raised_at).total_seconds(),
        lag=lag * 1e3,
    )


def _entry(timeline: list[Json], kind: str) -> Json:
    return next(entry for entry in timeline if entry["kind"] == kind)


def _at(entry: Json) -> datetime:
    return datetime.fromisoformat(entry["at"])
