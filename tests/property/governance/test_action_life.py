"""Whatever persons, gates and executors say, in any order, an action runs at most once and ends."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.governance.docket import Docket, done
from tests.unit.governance.scene import ALICE, RESTART, a_warrant
from watchkeeper.domain.events.actions import (
    ActionClosed,
    ActionJudged,
    ActionOutcome,
    ActionProposed,
    ApprovalDenied,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalWithdrawn,
    ChangeOpened,
    ChangeRequested,
    JobLost,
    LaunchRefused,
    LaunchRequested,
)
from watchkeeper.domain.events.authority import (
    AUTHORITY,
    AutonomyLevel,
    KillEngaged,
    KillReleased,
    LevelGranted,
    WarrantMinted,
    WarrantOutcome,
    WarrantSettled,
)
from watchkeeper.domain.events.changes import ChangeRecordClosed
from watchkeeper.domain.events.incidents import StepFinished
from watchkeeper.domain.verdict import Ruling
from watchkeeper.governance.action_fold import ActionPhase
from watchkeeper.governance.limits import MOST_WAITS

OTHER = a_warrant("docs", number=9, incident="I9")
END_OF_OTHER = WarrantSettled(warrant=OTHER.id, outcome=WarrantOutcome.SUCCEEDED)


class Watched(Docket):
    """The moves of a life; none of them looks whether it fits."""

    def well(self) -> None:
        """The best answer to whatever is awaited; a look where nothing is."""
        match self.state.phase:
            case ActionPhase.RECORDING:
                self.record()
            case ActionPhase.LAUNCHED:
                self.finish(done())
            case _:
                self.proceed()

    def ends_badly(self, body: JobLost | LaunchRefused) -> None:
        if self.state.phase is ActionPhase.LAUNCHED:
            self.finish(body)

    def hears(self, body: ApprovalGranted | ApprovalDenied | ApprovalWithdrawn) -> None:
        """A word that may come at any time; the loop has not looked yet."""
        self.say(body, by=ALICE)

    def level(self, level: AutonomyLevel) -> None:
        granted = LevelGranted(runbook=RESTART.id, server_class="web", level=level)
        self.authority(granted, by=ALICE)

    def other_begins(self) -> None:
        """Another action on the same target."""
        if self.authority_state.warrant(OTHER.id) is None:
            self.authority(WarrantMinted(warrant=OTHER, server_class="web", autonomous=True))


MOVES: dict[str, Callable[[Watched], object]] = {
    "well": Watched.well,
    "look": Watched.proceed,
    "yes": lambda docket: docket.hears(ApprovalGranted(digest=docket.action.digest)),
    "yes to another": lambda docket: docket.hears(ApprovalGranted(digest="another")),
    "no": lambda docket: docket.hears(ApprovalDenied()),
    "withdrawn": lambda docket: docket.hears(ApprovalWithdrawn()),
    "minutes": lambda docket: docket.later(minutes=20),
    "hours": lambda docket: docket.later(hours=2),
    "stop": lambda docket: docket.authority(KillEngaged(scope="all")),
    "go": lambda docket: docket.authority(KillReleased(scope="all"), by=ALICE),
    "act": lambda docket: docket.level(AutonomyLevel.ACT),
    "approve": lambda docket: docket.level(AutonomyLevel.APPROVE),
    "observe": lambda docket: docket.level(AutonomyLevel.OBSERVE),
    "lost": lambda docket: docket.ends_badly(JobLost()),
    "lapsed": lambda docket: docket.ends_badly(LaunchRefused(rule="lapsed")),
    "other begins": Watched.other_begins,
    "other ends": lambda docket: docket.authority(END_OF_OTHER),
    "library gone": lambda docket: docket.spoil(runbook=None),
    "library back": lambda docket: docket.spoil(runbook=RESTART),
    "rewritten": lambda docket: docket.spoil(runbook=replace(RESTART, digest="another")),
}
LIVES = st.lists(
    st.sampled_from(["well"] * 12 + ["look"] * 4 + ["yes"] * 4 + ["go"] * 2 + list(MOVES)),
    max_size=30,
)


def of(docket: Watched, *kinds: type) -> list[object]:
    return [body for body in docket.said if isinstance(body, kinds)]


def makes_sense(docket: Watched) -> None:
    """What holds after every move."""
    launches = of(docket, LaunchRequested)
    minted = [
        (entry, body)
        for entry in docket.ledger.of(AUTHORITY)
        if isinstance(body := entry.body, WarrantMinted) and body.warrant != OTHER
    ]
    assert len(launches) == len(minted) <= 1, "minted with its launch, and once"
    for entry, body in minted:
        was_permitted(docket, entry.position, body)
    asked = docket.ledger.intent(docket.stream)
    waits = docket.state.phase in (ActionPhase.RECORDING, ActionPhase.LAUNCHED)
    assert waits == (asked is not None), "whoever is waited for has been asked"
    assert len(of(docket, ChangeRequested)) >= len(of(docket, ChangeOpened))
    if docket.state.wake_at is not None:
        assert docket.state.phase in (ActionPhase.AWAITING_APPROVAL, ActionPhase.WAITING)
    closes = of(docket, ActionClosed)
    told = [body for body in docket.told("incident/") if isinstance(body, StepFinished)]
    assert len(closes) == len(told) == (not docket.state.open), "its incident is told once"
    if closes:
        well_closed(docket, bool(minted))


def was_permitted(docket: Watched, position: int, minted: WarrantMinted) -> None:
    """On paper, judged at minting, by a grant or by a person's yes to exactly this."""
    before = [e.body for e in docket.ledger.of(docket.stream) if e.position < position]
    taken_back = [n for n, body in enumerate(before) if isinstance(body, ApprovalWithdrawn)]
    assert any(isinstance(body, ChangeOpened) for body in before)
    last = [body for body in before if isinstance(body, ActionJudged)][-1]
    assert last.minting and last.ruling is not Ruling.REFUSED
    if not minted.autonomous:
        in_time = before[: taken_back[0]] if taken_back else before
        yes = {body.digest for body in in_time if isinstance(body, ApprovalGranted)}
        assert docket.action.digest in yes, "a person's yes, before the question was taken back"
    else:
        assert last.ruling is Ruling.PERMITTED
    earlier = [e.body for e in docket.ledger.of(AUTHORITY) if e.position < position]
    switch = [b for b in earlier if isinstance(b, KillEngaged | KillReleased)]
    assert not switch or isinstance(switch[-1], KillReleased), "minted while all was stopped"


def well_closed(docket: Watched, minted: bool) -> None:
    """Its warrant is settled, its change record closed, as its outcome says."""
    (close,) = (body for body in docket.said if isinstance(body, ActionClosed))
    settled = [
        b for b in docket.told(AUTHORITY) if isinstance(b, WarrantSettled) and b != END_OF_OTHER
    ]
    assert len(settled) == minted
    records = [b for b in docket.told("change/") if isinstance(b, ChangeRecordClosed)]
    assert len(records) == bool(docket.state.change_record)
    assert (close.outcome is ActionOutcome.EXPIRED) == bool(of(docket, ApprovalExpired))
    assert docket.state.outcome is close.outcome


def ends(docket: Watched) -> None:
    """Time goes by and the executor answers: it comes to its end, unless its clock stands still."""
    if docket.authority_state.killed:
        docket.authority(KillReleased(scope="all"), by=ALICE)
    for _ in range(8 + MOST_WAITS):
        docket.well()
        docket.later(hours=2)
    assert not docket.state.open, docket.state.phase


@settings(deadline=None, max_examples=250)
@given(st.sampled_from((AutonomyLevel.ACT, AutonomyLevel.ACT_AND_NOTIFY, None)), LIVES)
@example(None, ["well", "withdrawn", "yes", "well", "well", "well"])
@example(None, ["well", "yes", "well", "well", "well"])
@example(AutonomyLevel.ACT, ["well", "approve", "well", "yes", "well", "well", "well"])
@example(AutonomyLevel.ACT, ["well", "stop", "go", "well", "well"])
@example(AutonomyLevel.ACT, ["well", "other begins", "well"])
def test_an_action_is_permitted_then_run_once_then_told(
    level: AutonomyLevel | None, life: list[str]
) -> None:
    docket = Watched(level)
    docket.say(ActionProposed(action=docket.action, cited=(("service_is_dead", 7),)))
    for move in life:
        MOVES[move](docket)
        makes_sense(docket)
    ends(docket)
    makes_sense(docket)
    assert len(of(docket, ApprovalRequested)) <= 1 + len(of(docket, ChangeOpened))
