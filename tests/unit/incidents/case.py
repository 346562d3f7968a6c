"""An incident as its journal tells it, decided step by step, answered as the story wants."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.unit.ledger import Ledger
from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.diagnosis import Confidence, Diagnosis, Hypothesis
from watchkeeper.domain.entry import Actor, ActorKind, Body, Draft, Said
from watchkeeper.domain.estate import Estate, Server, Service
from watchkeeper.domain.events.actions import ActionOutcome
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    AlertQuiet,
    CheckAnswered,
    CheckOutcome,
    CheckRequested,
    EvidenceGathered,
    EvidenceRequested,
    IncidentDiagnosed,
    IncidentOpened,
    InvestigationRequested,
    PostMortemRequested,
    PostMortemWritten,
    StepFinished,
    incident_stream,
)
from watchkeeper.domain.evidence import Asked, Evidence, Fact, Question
from watchkeeper.domain.metric import FILESYSTEM_FREE, PROBE_SUCCESS, UP
from watchkeeper.domain.runbook import Runbook
from watchkeeper.domain.severity import AlertSeverity
from watchkeeper.engine.intents import drafts
from watchkeeper.governance.limits import Times
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.incidents.lifecycle import Seen, decide
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.lab import shipped

B = TypeVar("B", bound=Body)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
AGENT = Actor(kind=ActorKind.AGENT, name="incidents")
ALERT = "a" * 16
OTHER_ALERT = "b" * 16
ID = "I1"
STREAM = incident_stream(ID)
MOST_DECISIONS = 50

RUNBOOKS = {runbook.id: runbook for runbook in shipped.runbooks()}
RESTART = RUNBOOKS["restart-dead-service"]
FREE_SPACE = RUNBOOKS["free-disk-space"]

ESTATE = Estate(
    servers=(
        Server(name="web-1", server_class="web", owner="the web team"),
        Server(name="web-2", server_class="web", owner="the web team"),
        Server(name="db-1", server_class="database", owner="the data team"),
        Server(name="lone-1", server_class="web"),
    ),
    services=(
        Service(
            name="shop",
            server="web-1",
            unit="shop",
            process="nginx",
            pid_file="/run/shop.pid",
            probe="http://127.0.0.1:8080/",
            logs=("/var/log/shop.log",),
            rotate=("/var/log/shop.log",),
            depends_on=("orders",),
            owner="the shop team",
        ),
        Service(
            name="search",
            server="web-2",
            unit="search",
            probe="http://127.0.0.1:8081/",
            depends_on=("orders",),
        ),
        Service(
            name="orders",
            server="db-1",
            unit="orders",
            process="orders",
            pid_file="/run/orders.pid",
            probe="http://127.0.0.1:8082/",
            depends_on=("stock",),
        ),
        Service(name="stock", server="db-1", probe="tcp://127.0.0.1:5432"),
        Service(name="blog", server="lone-1", unit="blog", probe="http://127.0.0.1:8083/"),
    ),
)
GRAPH = EstateGraph(ESTATE)


def anomaly(
    metric: str = PROBE_SUCCESS.name,
    part: str = "",
    server: str = "",
    *,
    value: float | None = 0.0,
    limit: float | None = 1.0,
    kind: AnomalyKind = AnomalyKind.THRESHOLD,
    severity: AlertSeverity = AlertSeverity.CRITICAL,
) -> Anomaly:
    return Anomaly(
        server=server or GRAPH.server_of(part) or "web-1",
        metric=metric,
        part=part,
        kind=kind,
        rule="the-rule",
        severity=severity,
        value=value,
        limit=limit,
        since=NOON,
    )


def silent(service: str) -> Anomaly:
    """A service's probe fails."""
    return anomaly(part=service)


def full(mount: str = "/var", server: str = "web-1", value: float = 0.04) -> Anomaly:
    """A file system has hardly any room left."""
    return anomaly(FILESYSTEM_FREE.name, mount, server, value=value, limit=0.05)


def gone(server: str) -> Anomaly:
    """A server's exporter does not answer."""
    return anomaly(UP.name, server=server, value=0.0, limit=1.0)


def cause_is(
    cause: str, incident_type: str = "service-down", *, part: str = "", score: float = 0.9
) -> Hypothesis:
    return Hypothesis(
        cause=cause,
        part=part,
        incident_type=incident_type,
        score=score,
        path=(cause,),
        cites=("E1",),
    )


SURE = Confidence(
    margin=9000, grounding=10_000, completeness=10_000, raw=9000, cap=8400, stated=8400
)


def found(*facts: tuple[str, float] | tuple[str, float, str]) -> tuple[Fact, ...]:
    return tuple(
        Fact(name=name, value=value, about=about[0] if about else "")
        for name, value, *about in facts
    )


def evidence(
    number: int,
    question: Question,
    item: str,
    *facts: tuple[str, float] | tuple[str, float, str],
    missing: str = "",
) -> Evidence:
    """A piece of evidence; ``missing`` says why it could not be had."""
    return Evidence(
        id=f"E{number}",
        question=question,
        item=item,
        source="inspector" if question is Question.SERVICE_STATE else "metrics",
        at=NOON,
        available=not missing,
        reason=missing,
        facts=found(*facts),
    )


def answered(asked: Asked, answers: dict[str, bool]) -> Evidence:
    """What a look finds: services answer unless the story says otherwise."""
    alive = answers.get(asked.item, True)
    state = asked.question is Question.SERVICE_STATE
    return Evidence(
        id=asked.id,
        question=asked.question,
        item=asked.item,
        source="the story",
        at=NOON,
        available=True,
        facts=found(("answers", float(alive))) if state else (),
    )


class Case:
    """One incident; ``seen`` is what it looks at, and may change under it."""

    def __init__(
        self,
        *,
        estate: Estate = ESTATE,
        runbooks: dict[str, Runbook] | None = None,
        times: Times | None = None,
    ) -> None:
        self.ledger = Ledger()
        self.now = NOON
        self.estate = estate
        self.runbooks = dict(RUNBOOKS if runbooks is None else runbooks)
        self.times = times or Times()

    # ── what the story does ───────────────────────────────────────────────────

    def open(self, *anomalies: Anomaly, alert: str = ALERT) -> "Case":
        self.say(IncidentOpened(server=anomalies[0].server, alert=alert, anomalies=anomalies))
        return self

    def lose(self, source: str) -> "Case":
        lost = IncidentOpened(
            server="", alert="", anomalies=(), source_lost=source, autonomous=False
        )
        self.say(lost)
        return self

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def say(self, *bodies: Body) -> None:
        """Facts that arrive from elsewhere."""
        drafts_ = [Draft(stream=STREAM, body=body) for body in bodies]
        self.ledger.tell(drafts_, self.now)

    def quiet(self, alert: str = ALERT) -> None:
        self.say(AlertQuiet(fingerprint=alert))

    def join(self, *anomalies: Anomaly, alert: str = ALERT) -> None:
        self.say(AlertJoined(fingerprint=alert, anomalies=anomalies))

    def decide(self) -> Sequence[Said]:
        """One decision, written down."""
        seen = Seen(estate=EstateGraph(self.estate), runbooks=self.runbooks, times=self.times)
        said = decide(self.state, seen, self.now)
        made = drafts(STREAM, said, self.ledger.revision(STREAM), None)
        self.ledger.append(AGENT, made, self.now)
        return said

    def proceed(self) -> list[Said]:
        """Decisions until there is nothing more to say; all that was said."""
        whole: list[Said] = []
        for _ in range(MOST_DECISIONS):
            said = self.decide()
            if not said:
                return whole
            whole.extend(said)
        raise AssertionError(f"it never settles: {whole[-6:]}")

    def answer(self, body: Body) -> list[Said]:
        """Answer the intent that waits, and go on."""
        intent = self.ledger.intent(STREAM)
        assert intent is not None, "nothing was asked"
        draft = Draft(stream=STREAM, body=body, cause=intent.position)
        self.ledger.append(AGENT, (draft,), self.now)
        return self.proceed()

    # ── the usual answers ─────────────────────────────────────────────────────

    def gather(self, **answers: bool) -> list[Said]:
        """Every service answers its probe, but for those that the story says do not."""
        asked = self.asked(EvidenceRequested).asked
        pieces = tuple(answered(one, answers) for one in asked)
        return self.answer(EvidenceGathered(evidence=pieces))

    def diagnose(self, *hypotheses: Hypothesis, confidence: Confidence = SURE) -> list[Said]:
        self.asked(InvestigationRequested)
        diagnosis = Diagnosis(reasoner="the story", hypotheses=hypotheses)
        return self.answer(IncidentDiagnosed(diagnosis=diagnosis, confidence=confidence))

    def check(self, outcome: CheckOutcome) -> list[Said]:
        asked = self.asked(CheckRequested)
        answer = CheckAnswered(
            purpose=asked.purpose, check=asked.check, outcome=outcome, step=asked.step
        )
        return self.answer(answer)

    def finish(self, outcome: ActionOutcome) -> list[Said]:
        """The action that is out comes to its end."""
        taken = self.state.taken[-1]
        self.say(StepFinished(step=taken.step, action=taken.id, outcome=outcome))
        return self.proceed()

    def write(self) -> list[Said]:
        self.asked(PostMortemRequested)
        return self.answer(PostMortemWritten(text="d" * 64))

    # ── the usual ways ────────────────────────────────────────────────────────

    def diagnosed(self, *hypotheses: Hypothesis, **answers: bool) -> "Case":
        """From the opening to a cause, and on to what is done about it."""
        self.proceed()
        self.gather(**answers)
        self.diagnose(*hypotheses)
        return self

    def until_step(self, step: str) -> "Case":
        """Everything goes well up to a state-changing step, which is out now."""
        while not (self.state.waiting == StepFinished.kind and self.state.taken[-1].step == step):
            self.go_on()
        return self

    def until_verifying(self) -> "Case":
        """Everything goes well up to the verification's first question or wait."""
        while self.state.watch is None:
            self.go_on()
        return self

    def until_round(self, number: int) -> "Case":
        """Every fix holds, and the alerts go on: it is looked into anew."""
        while self.state.round < number:
            self.later(minutes=1)
            self.proceed()
            while self.state.waiting == CheckAnswered.kind:
                self.check(CheckOutcome.PASSED)
        return self

    def go_on(self) -> None:
        """The best answer to whatever is awaited."""
        match self.state.waiting:
            case EvidenceGathered.kind:
                self.gather()
            case IncidentDiagnosed.kind:
                self.diagnose()
            case CheckAnswered.kind:
                self.check(CheckOutcome.PASSED)
            case StepFinished.kind:
                self.finish(ActionOutcome.SUCCEEDED)
            case PostMortemWritten.kind:
                self.write()
            case other:
                raise AssertionError(f"nobody knows how to answer {other or 'nothing'}")

    # ── what the story looks at ───────────────────────────────────────────────

    @property
    def state(self) -> IncidentState:
        state: IncidentState = self.ledger.state(STREAM)
        return state

    @property
    def said(self) -> list[Body]:
        """Everything in the incident's stream."""
        return self.ledger.said(STREAM)

    def last(self, kind: type[B]) -> B:
        """The newest of a kind."""
        return [body for body in self.said if isinstance(body, kind)][-1]

    def asked(self, kind: type[B]) -> B:
        """The unanswered intent, which is of this kind."""
        intent = self.ledger.intent(STREAM)
        assert intent is not None and isinstance(intent.body, kind), intent
        return intent.body

    def told(self, prefix: str) -> list[Any]:
        """What was told into other streams."""
        return [e.body for e in self.ledger.entries if e.stream.startswith(prefix)]

    def lose_service(self, name: str) -> None:
        """A service leaves the estate."""
        left = tuple(s for s in self.estate.services if s.name != name)
        self.estate = replace(self.estate, services=left)

    def lose_server(self, name: str) -> None:
        """A server leaves the estate, with its services."""
        servers = tuple(s for s in self.estate.servers if s.name != name)
        services = tuple(s for s in self.estate.services if s.server != name)
        self.estate = replace(self.estate, servers=servers, services=services)
