"""Parts of the story in words: what an anomaly is, where a confidence comes from, who said no."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from watchkeeper.adapters.simulated.faults import (
    Death,
    DiskFills,
    Fault,
    ServiceDies,
    StartFails,
    StartFailure,
)
from watchkeeper.domain.anomaly import Anomaly
from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.diagnosis import Confidence, Diagnosis
from watchkeeper.domain.events.actions import ActionJudged
from watchkeeper.domain.evidence import Evidence
from watchkeeper.domain.verdict import Ruling, Verdict
from watchkeeper.lab.shipped import thresholds


def anomalies_said(anomalies: Sequence[Anomaly]) -> str:
    """What is wrong, each thing in a few words."""
    parts: dict[str, list[str]] = {}
    for anomaly in anomalies:
        parts.setdefault(anomaly.part, []).append(_anomaly_said(anomaly))
    return "; ".join(
        f"{part} {', '.join(said)}" if part else ", ".join(said) for part, said in parts.items()
    )


def _anomaly_said(anomaly: Anomaly) -> str:
    if anomaly.expected_at is not None and anomaly.expected_latest_at is not None:
        free, earliest = anomaly.value or 0.0, anomaly.expected_earliest_at or anomaly.expected_at
        return (
            f"{100 * free:.0f} % free and falling, full at {anomaly.expected_at:%H:%M}"
            f" (90 % interval: {earliest:%H:%M} to {_hour_said(anomaly)})"
        )
    meaning = _meanings().get(anomaly.rule)
    if meaning:
        return meaning
    away = f", {anomaly.deviation:.1f} σ from its habit" if anomaly.deviation is not None else ""
    return f"{anomaly.metric} = {anomaly.value or 0:g}{away}"


def _hour_said(anomaly: Anomaly) -> str:
    """The far end of a forecast, with its day where that is not today."""
    latest = anomaly.expected_latest_at or anomaly.since
    today = latest.date() == anomaly.since.date()
    return f"{latest:%H:%M}" if today else f"{latest:%A %H:%M}"


@cache
def _meanings() -> dict[str, str]:
    return {rule.id: rule.meaning for rule in thresholds().static}


def evidence_said(evidence: Sequence[Evidence]) -> str:
    """How much of what was asked could be had, and what could not."""
    gone = [f"{piece.source} about {piece.item}" for piece in evidence if not piece.available]
    missing = f"; no answer from {', '.join(gone)}" if gone else ""
    return f"{len(evidence) - len(gone)} of {len(evidence)} questions answered{missing}"


def cause_said(diagnosis: Diagnosis) -> str:
    """The likeliest cause, whom it makes suffer, and its rivals."""
    if not diagnosis.hypotheses:
        return "none found"
    best, *others = diagnosis.hypotheses
    what = f"{best.part} of {best.cause}" if best.part else best.cause
    felt = f", felt by {' → '.join(best.path[1:])}" if len(best.path) > 1 else ""
    rivals = ", ".join(f"{other.cause} {other.score:.2f}" for other in others[:3])
    standing = f"; score {best.score:.2f}, next {rivals}" if rivals else ""
    return f"{what}: {best.incident_type}{felt}{standing}"


def confidence_said(confidence: Confidence) -> str:
    """A confidence with its parts."""
    cap = f"cap {as_ratio(confidence.cap):.2f}{' (granted)' if confidence.granted else ''}"
    return (
        f"{as_ratio(confidence.stated):.2f} = least of {cap} and"
        f" margin {as_ratio(confidence.margin):.2f}"
        f" × grounding {as_ratio(confidence.grounding):.2f}"
        f" × completeness {as_ratio(confidence.completeness):.2f}"
    )


def gates_said(judged: ActionJudged) -> str:
    """What all gates say together, with the words of those that decide."""
    deciding = [v for v in judged.verdicts if v.ruling is judged.ruling]
    match judged.ruling:
        case Ruling.PERMITTED:
            notifying = [verdict for verdict in deciding if verdict.notify]
            return f"all {len(deciding)} permit: {_reasons(notifying or deciding[:1])}"
        case Ruling.NEEDS_PERSON:
            return f"ask a person: {_reasons(deciding)}"
        case Ruling.REFUSED:
            return f"no: {_reasons(deciding)}"


def _reasons(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{verdict.rule} ({verdict.reason})" for verdict in verdicts)


def fault_said(fault: Fault) -> str:
    """What is done to the pretend world."""
    match fault:
        case ServiceDies(service=service, death=Death.MAIN_DEAF):
            return f"the main process of {service} is killed; its workers keep the port, deaf"
        case ServiceDies(service=service):
            return f"every process of {service} is killed"
        case StartFails(service=service, failure=StartFailure.REFUSES):
            return f"the configuration of {service} breaks: it runs, but could not be started again"
        case StartFails(service=service):
            return f"{service} is so broken that it would die at once if started again"
        case DiskFills(server=server, mount=mount, ratio_per_hour=ratio):
            return f"debug logging is on: {mount} of {server} loses {100 * ratio:.1f} % an hour"
        case _:
            return f"{fault}"


def time_said(span: timedelta) -> str:
    """How long, to the second."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def day_said(at: datetime) -> str:
    """An instant with its day."""
    return f"{at:%A %d %B %Y, %H:%M} UTC"
