"""Whatever the world answers and in whatever order news arrives, an incident's life makes sense."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.incidents.case import (
    ALERT,
    ESTATE,
    OTHER_ALERT,
    RESTART,
    RUNBOOKS,
    STREAM,
    Case,
    cause_is,
    evidence,
    full,
    silent,
)
from watchkeeper.domain.entry import Said, Tell
from watchkeeper.domain.estate import Estate
from watchkeeper.domain.events.actions import ActionOutcome, ActionProposed
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    CheckAnswered,
    CheckOutcome,
    EvidenceGathered,
    EvidenceRequested,
    IncidentClosed,
    IncidentDiagnosed,
    PostMortemRequested,
    RunbookChosen,
    StepFinished,
    StepStarted,
    StepWithdrawn,
)
from watchkeeper.domain.evidence import Question
from watchkeeper.incidents.incident_fold import Phase
from watchkeeper.incidents.verification import MOST_ROUNDS

WITHOUT_THE_SHOP = replace(ESTATE, services=tuple(s for s in ESTATE.services if s.name != "shop"))
OF_ANOTHER_CLASS = replace(
    ESTATE, servers=tuple(replace(server, server_class="vault") for server in ESTATE.servers)
)
REWRITTEN = {**RUNBOOKS, RESTART.id: replace(RESTART, digest="another")}

MUTE = (StepWithdrawn, Tell)  # all that may be said while somebody else's answer is awaited
BEGINNINGS = (RunbookChosen, StepStarted)  # of what is not begun once all is quiet


class Watched(Case):
    """Every decision is looked at, whatever made the loop decide."""

    def decide(self) -> Sequence[Said]:
        before = self.state
        said = super().decide()
        if before.waiting:
            assert all(isinstance(one, MUTE) for one in said), said
        if before.all_quiet and not (before.course and before.course.changed):
            assert not any(isinstance(one, BEGINNINGS) for one in said), said
        return said

    # ── moves ─────────────────────────────────────────────────────────────────

    def goes_well(self) -> None:
        """The best answer to whatever is awaited; a look where nothing is."""
        if self.state.waiting == IncidentDiagnosed.kind:
            self.diagnose(cause_is("shop"))
        elif self.state.waiting:
            self.go_on()
        else:
            self.later(minutes=1)
            self.proceed()

    def goes_badly(self, check: CheckOutcome, action: ActionOutcome) -> None:
        """A worse answer to whatever is awaited."""
        match self.state.waiting:
            case EvidenceGathered.kind:
                asked = self.asked(EvidenceRequested).asked
                pieces = (
                    evidence(int(one.id[1:]), one.question, one.item, missing="timeout")
                    for one in asked
                )
                self.answer(EvidenceGathered(evidence=tuple(pieces)))
            case IncidentDiagnosed.kind:
                self.diagnose(cause_is("web-1", "cpu-saturation"))
            case CheckAnswered.kind:
                self.check(check)
            case StepFinished.kind:
                self.finish(action)

    def surprises(self) -> None:
        """Something falls silent that was not touched."""
        if self.state.waiting == EvidenceGathered.kind:
            asked = self.asked(EvidenceRequested).asked
            pieces = (
                evidence(int(one.id[1:]), one.question, one.item, ("answers", 0.0))
                for one in asked
                if one.question is Question.SERVICE_STATE
            )
            self.answer(EvidenceGathered(evidence=tuple(pieces)))

    def hears(self, alert: str, *, quiet: bool) -> None:
        """The router's word about an alert; nothing reaches a closed incident."""
        if not self.state.open:
            return
        if not quiet:
            self.join(silent("orders") if alert == OTHER_ALERT else full(), alert=alert)
        elif alert in self.state.alerts:
            self.quiet(alert)

    def all_quiet(self) -> None:
        for alert in self.state.alerts:
            self.hears(alert, quiet=True)

    def loads(self, estate: Estate = ESTATE, runbooks: object = None) -> None:
        self.estate = estate
        self.runbooks = dict(RUNBOOKS if runbooks is None else runbooks)  # type: ignore[call-overload]


FAILED, UNKNOWN = CheckOutcome.FAILED, CheckOutcome.UNKNOWN
MOVES: dict[str, Callable[[Watched], object]] = {
    "well": Watched.goes_well,
    "minutes": lambda case: case.later(minutes=3),
    "look": Watched.proceed,
    "alert": lambda case: case.hears(ALERT, quiet=False),
    "other alert": lambda case: case.hears(OTHER_ALERT, quiet=False),
    "quiet": lambda case: case.hears(ALERT, quiet=True),
    "all quiet": Watched.all_quiet,
    "unavailable": lambda case: case.goes_badly(UNKNOWN, ActionOutcome.UNKNOWN),
    "failed": lambda case: case.goes_badly(FAILED, ActionOutcome.FAILED),
    "refused": lambda case: case.goes_badly(FAILED, ActionOutcome.REFUSED),
    "denied": lambda case: case.goes_badly(FAILED, ActionOutcome.DENIED),
    "expired": lambda case: case.goes_badly(FAILED, ActionOutcome.EXPIRED),
    "withdrawn": lambda case: case.goes_badly(UNKNOWN, ActionOutcome.WITHDRAWN),
    "never started": lambda case: case.goes_badly(UNKNOWN, ActionOutcome.NEVER_STARTED),
    "surprise": Watched.surprises,
    "service removed": lambda case: case.loads(WITHOUT_THE_SHOP),
    "class changed": lambda case: case.loads(OF_ANOTHER_CLASS),
    "runbook rewritten": lambda case: case.loads(runbooks=REWRITTEN),
    "runbooks gone": lambda case: case.loads(runbooks={}),
    "as it was": lambda case: case.loads(),
}
LIVES = st.lists(
    st.sampled_from(["well"] * 40 + ["all quiet"] * 4 + ["alert"] * 3 + list(MOVES)),
    min_size=5,
    max_size=60,
)


def makes_sense(case: Watched) -> None:
    """What holds after every move."""
    state, intent = case.state, case.ledger.intent(STREAM)
    out = [taken for taken in state.taken if taken.outcome is None]
    assert len(out) == (state.waiting == StepFinished.kind), "a step that is out is waited for"
    asked = bool(state.waiting) and not out
    assert asked == (intent is not None), "whoever is waited for has been asked"
    if state.wake_at is not None:
        assert state.phase is Phase.VERIFYING and not state.waiting
    proposed = [b.action.id for b in case.told("action/") if isinstance(b, ActionProposed)]
    assert proposed == [taken.id for taken in state.taken], "proposed once, and known"
    assert len(set(proposed)) == len(proposed)
    assert state.round <= MOST_ROUNDS
    if not state.open:
        well_closed(case)


def well_closed(case: Watched) -> None:
    entries = case.ledger.of(STREAM)
    (close,) = (e.position for e in entries if isinstance(e.body, IncidentClosed))
    joined = [e.position for e in entries if isinstance(e.body, AlertJoined)]
    asked = [e.position for e in entries if isinstance(e.body, PostMortemRequested)]
    assert case.state.all_quiet
    assert asked[-1] > max(joined, default=0), "the last write-up knows of every alert"
    assert entries[-1].position == close, "nothing is said behind its end"


def ends(case: Watched) -> None:
    """Everything is quiet and everybody answers: it comes to its end."""
    case.loads()
    case.all_quiet()
    for _ in range(60):
        if not case.state.open:
            return
        case.goes_well()
    raise AssertionError(f"it never ends: {case.state.phase}, {case.state.waiting}")


@settings(deadline=None, max_examples=250)
@given(LIVES)
@example(["well"] * 12 + ["all quiet", "look", "alert", "withdrawn"] * 2)
@example(["well"] * 3 + ["all quiet", "well", "alert", "well", "all quiet"])
@example(["well"] * 90)
@example((["well"] * 11 + ["failed"]) * 3)
@example(["well"] * 5 + ["service removed"] + ["well"] * 9)
def test_an_incident_asks_acts_and_ends_in_order(life: list[str]) -> None:
    case = Watched()
    case.open(silent("shop"))
    for move in life:
        MOVES[move](case)
        makes_sense(case)
    ends(case)
    makes_sense(case)
