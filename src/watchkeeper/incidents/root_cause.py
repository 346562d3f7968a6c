"""Deterministic root-cause analysis: what is broken by itself, and what only suffers from it."""

from dataclasses import dataclass

from watchkeeper.domain.anomaly import Anomaly, AnomalyKind
from watchkeeper.domain.diagnosis import Diagnosis, Hypothesis
from watchkeeper.domain.evidence import Evidence, Question
from watchkeeper.domain.metric import FILESYSTEM_FREE, INODES_FREE
from watchkeeper.incidents.triage import type_of
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.reasoner import Brief

# What each sign adds to the belief that a service is itself broken, up to 1. A dead main process is
# nearly enough by itself, whoever else still answers; silence alone may be somebody else's fault.
NO_PROCESS = 0.75  # its main process, or every process, is gone
NO_ANSWER = 0.35  # it does not answer when asked directly
METRIC_SAYS_SO = 0.10  # a metric source says that its probe fails, or that it has no process
ALERTED = 0.05  # an alert names it

EXPLAINED = 0.2  # what is left of a belief once something it needs is broken too
BROKEN = NO_ANSWER  # from here a service can be what breaks those that need it
WORTH_NAMING = 0.05

CONFIRMED = 0.9  # a server's anomaly that a fresh reading still shows
UNCONFIRMED = 0.4  # one that none shows
# What keeps a living service from answering, and so explains its silence.
CRIPPLING = ("server-down", "disk-full", "inode-exhaustion")


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One service, how much speaks for it being broken, whether it is dead beyond doubt.

    And why.
    """

    service: str
    strength: float
    dead: bool
    cites: tuple[str, ...]


class DeterministicReasoner:
    """The reasoner that needs no model: signs, topology, explaining away."""

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return "deterministic"

    async def diagnose(self, brief: Brief) -> Diagnosis:
        """Ranked causes; complexity O(services in scope × evidence)."""
        return diagnosed(brief)


def diagnosed(brief: Brief) -> Diagnosis:
    """The diagnosis, purely from the brief.

    Names decide nothing: of two equals the one that more services need comes first, then the one
    that came into scope first.
    """
    estate = EstateGraph(brief.estate)
    signs = tuple(sign_of(item, brief) for item in brief.scope if item in estate.services)
    servers = _servers(brief)
    found = (*_services(signs, servers, brief, estate), *servers)
    ranked = sorted(found, key=lambda h: (-h.score, -len(estate.dependants(h.cause))))
    missing = tuple(e.id for e in brief.evidence if not e.available)
    return Diagnosis(reasoner="deterministic", hypotheses=tuple(ranked), missing=missing)


def sign_of(service: str, brief: Brief) -> Sign:
    """How much speaks for this service being broken by itself."""
    strength, dead, cites = 0.0, False, []
    for piece in brief.evidence:
        if piece.question is Question.SERVICE_STATE and piece.item == service:
            gone = piece.fact("main_alive") == 0.0 or piece.fact("alive_processes") == 0.0
            silent = piece.fact("answers") == 0.0
            strength += NO_PROCESS * gone + NO_ANSWER * silent
            dead = gone
            cites += [piece.id] if gone or silent else []
        elif 0.0 in (
            piece.fact("probe_success", about=service),
            piece.fact("service_processes", about=service),
        ):
            strength += METRIC_SAYS_SO
            cites.append(piece.id)
    if any(anomaly.part == service for anomaly in brief.anomalies):
        strength += ALERTED
    return Sign(service=service, strength=min(strength, 1.0), dead=dead, cites=tuple(cites))


def _services(
    signs: tuple[Sign, ...],
    servers: tuple[Hypothesis, ...],
    brief: Brief,
    estate: EstateGraph,
) -> tuple[Hypothesis, ...]:
    broken = {sign.service for sign in signs if sign.strength >= BROKEN}
    crippled = {h.cause for h in servers if h.cites and h.incident_type in CRIPPLING}
    found = []
    for sign in signs:
        needs = {*estate.upstreams(sign.service), estate.server_of(sign.service)}
        explained = bool(needs & (broken | crippled)) and not sign.dead
        score = sign.strength * (EXPLAINED if explained else 1.0)
        if score >= WORTH_NAMING and sign.cites:
            naming = _naming(sign.service, brief.evidence)
            found.append(
                Hypothesis(
                    cause=sign.service,
                    incident_type="service-down",
                    score=score,
                    path=_path(sign.service, brief.anomalies, estate),
                    cites=tuple(dict.fromkeys((*sign.cites, *naming))),
                )
            )
    return tuple(found)


def _naming(service: str, evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """Evidence in which other services' error lines name this one."""
    return tuple(e.id for e in evidence if (e.fact("errors_naming", about=service) or 0.0) > 0)


def _path(service: str, anomalies: tuple[Anomaly, ...], estate: EstateGraph) -> tuple[str, ...]:
    """From the cause to the farthest symptom that an alert names."""
    ways = [estate.path(service, a.part) for a in anomalies if a.part in estate.services]
    return max((way for way in ways if way), key=len, default=(service,))


def _servers(brief: Brief) -> tuple[Hypothesis, ...]:
    """Anomalies of a server itself: each speaks for its own type, as far as readings confirm it."""
    found: dict[tuple[str, str, str], Hypothesis] = {}
    for anomaly in brief.anomalies:
        kind = type_of(anomaly)
        if kind in ("service-down", "unknown"):
            continue
        confirming = tuple(e.id for e in brief.evidence if _confirms(e, anomaly))
        part = anomaly.part if anomaly.metric in (FILESYSTEM_FREE.name, INODES_FREE.name) else ""
        found[(anomaly.server, kind, part)] = Hypothesis(
            cause=anomaly.server,
            part=part,
            incident_type=kind,
            score=CONFIRMED if confirming else UNCONFIRMED,
            path=(anomaly.server,),
            cites=confirming,
        )
    return tuple(found.values())


def _confirms(piece: Evidence, anomaly: Anomaly) -> bool:
    """Whether a fresh reading still shows what the anomaly said, to within a tenth, or worse."""
    value = piece.fact(anomaly.metric, about=anomaly.part) if piece.item == anomaly.server else None
    if value is None or anomaly.value is None:
        return False
    near = abs(value - anomaly.value) <= 0.1 * max(abs(anomaly.value), 0.1)
    return near or _worsened(value, anomaly.value, anomaly)


def _worsened(value: float, told: float, anomaly: Anomaly) -> bool:
    """Further beyond its limit than was told; or, where it was foreseen, further on its way."""
    if anomaly.limit is None:
        return False
    beyond = (value - told) * (told - anomaly.limit)
    return beyond < 0 if anomaly.kind is AnomalyKind.FORECAST else beyond > 0


def claim(hypothesis: Hypothesis) -> str:
    """The hypothesis in one sentence."""
    what = f"{hypothesis.part} of {hypothesis.cause}" if hypothesis.part else hypothesis.cause
    chain = " → ".join(hypothesis.path)
    cited = ", ".join(hypothesis.cites) or "no evidence"
    return f"{what}: {hypothesis.incident_type} ({chain}); {cited}"
