"""The narrator in the rarer words of the journal."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.speakers import told
from tests.unit.actions import START_SHOP
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.blob import sealed
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalDenied,
    ApprovalExpired,
    JobFinished,
    JobLost,
    LaunchRefused,
)
from watchkeeper.domain.events.alerts import AlertRaised
from watchkeeper.domain.events.incidents import (
    DiagnosisReopened,
    EvidenceGathered,
    IncidentDiagnosed,
    IncidentOpened,
    IncidentTriaged,
)
from watchkeeper.domain.events.sources import SourceLost
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.domain.severity import AlertSeverity, Priority
from watchkeeper.domain.verdict import Ruling, permitted, refused
from watchkeeper.lab.narrator import Narrator
from watchkeeper.lab.staging import START
from watchkeeper.lab.telling import Line

ALICE = Actor(kind=ActorKind.PERSON, name="alice")
SALT = b"0123456789abcdef"
ACTION = replace(
    START_SHOP,
    id="I1-01",
    target="shop-1",
    server="app-1",
    server_class="application",
    confidence=8_400,
)


@dataclass
class Desk:
    """A journal, and a narrator that hears each entry of it."""

    journal: MemoryJournal = field(
        default_factory=lambda: MemoryJournal(Disk(), FOLDS, ManualClock(START))
    )
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.narrator = Narrator(journal=self.journal, tell=self.lines.append)

    async def told(self, stream: str, *bodies: Body, text: str = "") -> list[str]:
        """What is told of these entries."""
        before = len(self.lines)
        blobs = (sealed(text, SALT),) if text else ()
        drafts = tuple(Draft(stream=stream, body=body) for body in bodies)
        for entry in await told(self.journal, drafts, blobs, ALICE):
            await self.narrator.hear(entry)
        return [f"{line.what}: {line.says}" for line in self.lines[before:]]


@pytest.fixture
async def desk() -> Desk:
    """A desk on which an action is proposed already."""
    desk = Desk()
    assert await desk.told("action/I1-01", ActionProposed(action=ACTION)) == []
    return desk


def digest(text: str) -> str:
    return sealed(text, SALT).digest


def job(output: str) -> JobFinished:
    return JobFinished(
        succeeded=False,
        return_code=2,
        changed=0,
        failed=1,
        unreachable=0,
        started_at=START,
        finished_at=START + timedelta(minutes=1, seconds=5),
        output=digest(output) if output else "",
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (JobLost(), "step: start on shop-1: nobody can say what became of it"),
        (LaunchRefused(rule="kill-switch"), "step: start on shop-1: not started, kill-switch"),
        (ApprovalDenied(), "denied: alice says no to start on shop-1"),
        (ApprovalExpired(), "expired: nobody answered about start on shop-1"),
        (job(""), "step: start on shop-1: failed after 1 min 5 s: it said nothing"),
    ],
)
async def test_how_an_action_can_end(desk: Desk, body: Body, says: str) -> None:
    assert await desk.told("action/I1-01", body) == [says]
    assert desk.lines[-1].incident == "I1"


async def test_a_failed_job_is_told_with_what_its_last_task_said(desk: Desk) -> None:
    output = "TASK [find it] ok\nTASK [start it] fatal: no such unit\na task failed"
    (said,) = await desk.told("action/I1-01", job(output), text=output)
    assert said.endswith("failed after 1 min 5 s: TASK [start it] fatal: no such unit")


async def test_the_gates_are_told_when_they_say_something_new(desk: Desk) -> None:
    yes, no = permitted("budget", "0 of 8"), refused("breaker", "open")
    stream, judged = "action/I1-01", ActionJudged

    def walk(ruling: Ruling, *verdicts: object, minting: bool = False) -> ActionJudged:
        return judged(ruling=ruling, notify=False, verdicts=verdicts, minting=minting)  # type: ignore[arg-type]

    assert await desk.told(stream, walk(Ruling.PERMITTED, yes)) == [
        "gates: start on shop-1: all 1 permit: budget (0 of 8)"
    ]
    assert await desk.told(stream, walk(Ruling.PERMITTED, yes, minting=True)) == []
    assert await desk.told(stream, walk(Ruling.REFUSED, yes, no, minting=True)) == [
        "gates: start on shop-1, right before it runs: no: breaker (open)"
    ]


async def test_what_could_not_be_asked_is_named_and_no_cause_is_an_answer() -> None:
    desk = Desk()
    gone = Evidence(
        id="E1",
        question=Question.ERROR_LINES,
        item="shop-1",
        source="journald",
        at=START,
        available=False,
        reason="timeout",
    )
    nothing = Confidence(margin=0, grounding=0, completeness=0, raw=0, cap=6400, stated=0)
    said = await desk.told(
        "incident/I1",
        IncidentOpened(server="app-1", alert="f", anomalies=()),
        IncidentTriaged(incident_type="service-down", priority=Priority.P2, scope=("shop-1",)),
        EvidenceGathered(evidence=(gone,)),
        IncidentDiagnosed(
            diagnosis=Diagnosis(reasoner="deterministic", hypotheses=()), confidence=nothing
        ),
        DiagnosisReopened(round=2),
    )
    assert said == [
        "incident: P2, service-down on app-1",
        "evidence: 0 of 1 questions answered; no answer from journald about shop-1",
        "cause: none found",
        "confidence: 0.00 = least of cap 0.64 and margin 0.00 × grounding 0.00 × completeness 0.00",
        "once more: something is still wrong: round 2",
    ]


async def test_rivals_are_told_with_their_scores() -> None:
    desk = Desk()
    causes = tuple(
        Hypothesis(cause=name, incident_type="service-down", score=score, path=path, cites=())
        for name, score, path in (("db", 1.0, ("db", "shop")), ("shop", 0.1, ("shop",)))
    )
    sure = Confidence(margin=9000, grounding=10000, completeness=10000, raw=9000, cap=8400,
                      stated=8400, granted=True)  # fmt: skip
    diagnosis = Diagnosis(reasoner="deterministic", hypotheses=causes)
    cause, confidence = await desk.told(
        "incident/I1", IncidentDiagnosed(diagnosis=diagnosis, confidence=sure)
    )
    assert cause == "cause: db: service-down, felt by shop; score 1.00, next shop 0.10"
    assert "0.84 = least of cap 0.84 (granted) and margin 0.90" in confidence


async def test_a_deviation_a_forecast_and_a_lost_source() -> None:
    desk = Desk()
    busy = Anomaly(
        server="app-1",
        metric="load_per_core",
        kind=AnomalyKind.DEVIATION,
        rule="habit:load_per_core",
        severity=AlertSeverity.WARNING,
        value=7.5,
        deviation=4.25,
        since=START,
    )
    full = Anomaly(
        server="app-1",
        metric="filesystem_free_ratio",
        part="/var",
        kind=AnomalyKind.FORECAST,
        rule="exhaustion:filesystem_free_ratio",
        severity=AlertSeverity.WARNING,
        value=0.31,
        since=START,
        expected_at=START + timedelta(hours=9),
        expected_earliest_at=START + timedelta(hours=7),
        expected_latest_at=START + timedelta(hours=20),
    )
    alert = AlertRaised(
        fingerprint="f",
        source="monitoring",
        server="app-1",
        severity=AlertSeverity.WARNING,
        anomalies=(busy, full),
        started_at=START,
    )
    assert await desk.told("alert/f", alert) == [
        "alert: app-1: load_per_core = 7.5, 4.2 σ from its habit; /var 31 % free and falling,"
        " full at 15:00 (90 % interval: 13:00 to Thursday 02:00)"
    ]
    lost = SourceLost(source="prometheus", reason="timeout")
    assert await desk.told("source/prometheus", lost) == ["source: prometheus does not answer"]
