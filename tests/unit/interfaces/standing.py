"""A small watch to give orders to: an estate, a journal in memory, a kill page, and people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.speakers import told
from tests.unit.actions import START_SHOP
from watchkeeper.adapters.memory.journal import Disk, MemoryJournal
from watchkeeper.adapters.simulated.kill_page import SimulatedKillPage
from watchkeeper.adapters.system.identifiers import SeededIdentifiers
from watchkeeper.adapters.system.manual_clock import ManualClock
from watchkeeper.bootstrap.folds import FOLDS
from watchkeeper.bootstrap.running import Gauges, Running
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.action import Action
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Entry
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalRequested,
    action_stream,
)
from watchkeeper.domain.events.alerts import AlertRaised, alert_stream
from watchkeeper.domain.events.changes import ChangeRecordOpened, change_stream
from watchkeeper.domain.events.incidents import (
    IncidentDiagnosed,
    IncidentOpened,
    IncidentTriaged,
    PostMortemWritten,
    RunbookChosen,
    StepStarted,
    incident_stream,
)
from watchkeeper.domain.record import entry_of
from watchkeeper.domain.runbook import ItemKind, Runbook
from watchkeeper.domain.severity import AlertSeverity, Priority
from watchkeeper.domain.verdict import Ruling, needs_person, permitted
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.ports.journal import Journal

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
AGENT = Actor(kind=ActorKind.AGENT, name="incidents")
ALICE = Actor(kind=ActorKind.PERSON, name="alice")
SALT = b"0123456789abcdef"

ESTATE = Estate(
    servers=(
        Server(name="web-1", server_class="web", instances=("127.0.0.1:9100",)),
        Server(name="db-1", server_class="database", instances=("127.0.0.1:9200",)),
        Server(name="new-1"),
    ),
    services=(
        Service(name="shop", server="web-1", probe="http://127.0.0.1:8080/", depends_on=("stock",)),
        Service(name="stock", server="db-1", unit="stock"),
    ),
)
RUNBOOK = Runbook(
    id="restart-dead-service",
    title="Restart a dead service",
    version=1,
    incident_types=("service-down",),
    applies_to=ItemKind.SERVICE,
    parameters=(),
    preconditions=(),
    steps=(),
    verification=(),
    digest="d" * 64,
)
ACTION = replace(
    START_SHOP,
    runbook=RUNBOOK.id,
    runbook_digest=RUNBOOK.digest,
    parameters=(("unit", ("nginx",)),),
    confidence=7_000,
)


class Installation:
    """Everything a surface needs, on a clock that moves when it is told to."""

    def __init__(self, settings: Settings | None = None, data_dir: Path | None = None) -> None:
        self.clock = ManualClock(NOW)
        self.disk = Disk()
        self.journal = MemoryJournal(self.disk, FOLDS, self.clock)
        self.page = SimulatedKillPage()
        self.identifiers = SeededIdentifiers(self.clock, 7)
        self.knowledge = Knowledge()
        self.knowledge.learn(ESTATE, (RUNBOOK,))
        self.gauges = Gauges(cycles=3, cycle_seconds=0.25)
        self.reloads = 0
        self.running = Running(
            settings=settings or Settings(),
            data_dir=data_dir or Path("unused"),
            version="1.2.3",
            started_at=NOW,
            journal=self.journal,
            page=self.page,
            clock=self.clock,
            identifiers=self.identifiers,
            knowledge=self.knowledge,
            gauges=self.gauges,
            reload=self.reload,
        )

    async def reload(self) -> str:
        self.reloads += 1
        return "3 servers"

    def kinds(self) -> list[str]:
        """What was written, in order."""
        return [entry.body.kind for entry in self.entries()]

    def entries(self) -> list[Entry]:
        """Everything that was written."""
        return [entry_of(record) for record in self.disk.records]


async def say(
    journal: Journal, stream: str, bodies: Sequence[Body], blobs: Sequence[Blob] = ()
) -> None:
    """Write down what agents would say."""
    await told(journal, [Draft(stream=stream, body=body) for body in bodies], blobs)


async def ask_for(journal: Journal, action: Action = ACTION) -> Action:
    """An action that waits for a person."""
    verdicts = (
        permitted("kill-switch", "not engaged", epoch=0),
        needs_person("autonomy", "no grant"),
    )
    judged = ActionJudged(
        ruling=Ruling.NEEDS_PERSON, notify=False, verdicts=verdicts, minting=False
    )
    asked = ApprovalRequested(digest=action.digest, expires_at=NOW + timedelta(hours=1))
    bodies = (ActionProposed(action=action), judged, asked)
    await say(journal, action_stream(action.id), bodies)
    return action


def anomaly(server: str = "web-1", part: str = "shop") -> Anomaly:
    return Anomaly(
        server=server,
        metric="probe_success",
        part=part,
        kind=AnomalyKind.THRESHOLD,
        rule="probe-failed",
        severity=AlertSeverity.CRITICAL,
        value=0.0,
        limit=1.0,
        since=NOW,
    )


async def begin_incident(journal: Journal, identifier: str = "I1") -> None:
    """An incident whose second step is an action that waits for a person."""
    cause = Hypothesis(
        cause="shop", incident_type="service-down", score=0.9, path=("shop",), cites=("E1",)
    )
    sure = Confidence(margin=9000, grounding=10_000, completeness=9000, raw=8100, cap=6400,
                      stated=6400)  # fmt: skip
    bodies = (
        IncidentOpened(server="web-1", alert="f" * 16, anomalies=(anomaly(),)),
        IncidentTriaged(incident_type="service-down", priority=Priority.P3, scope=("shop",)),
        IncidentDiagnosed(
            diagnosis=Diagnosis(reasoner="deterministic", hypotheses=(cause,)), confidence=sure
        ),
        RunbookChosen(
            runbook=RUNBOOK.id, runbook_digest=RUNBOOK.digest, target="shop", parameters=()
        ),
        StepStarted(step="start", action=ACTION.id),
    )
    await say(journal, incident_stream(identifier), bodies)
    await ask_for(journal, replace(ACTION, incident=identifier))


async def write_up(journal: Journal, text: str, identifier: str = "I1") -> None:
    """A post-mortem."""
    blob = sealed(text, SALT)
    await say(journal, incident_stream(identifier), (PostMortemWritten(text=blob.digest),), (blob,))


async def raise_alert(journal: Journal, fingerprint: str = "f" * 16, details: str = "") -> None:
    blob = sealed(details, SALT)
    raised = AlertRaised(
        fingerprint=fingerprint,
        source="prometheus",
        server="web-1",
        severity=AlertSeverity.CRITICAL,
        anomalies=(anomaly(),),
        started_at=NOW,
        details=blob.digest if details else "",
    )
    await say(journal, alert_stream(fingerprint), (raised,), (blob,) if details else ())


async def open_change(journal: Journal, record: str = "C1") -> None:
    opened = ChangeRecordOpened(
        record=record,
        action="A1",
        incident="I1",
        runbook=RUNBOOK.id,
        step="start",
        target="shop",
        risk="reversible",
        digest=ACTION.digest,
    )
    await say(journal, change_stream(record), (opened,))
