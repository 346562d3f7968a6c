"""One action on its way through the gates: decided step by step, over a journal on one sheet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

from tests.speakers import fitting
from tests.unit.governance.scene import (
    ALICE,
    ANSWERED,
    CONTEXT,
    NOON,
    an_action,
    an_answer,
    granted,
)
from tests.unit.ledger import Ledger
from watchkeeper.domain.action import Action
from watchkeeper.domain.entry import Actor, Body, Draft, Said
from watchkeeper.domain.events.actions import (
    ActionJudged,
    ActionProposed,
    ApprovalGranted,
    ApprovalWithdrawn,
    ChangeOpened,
    ChangeRequested,
    JobFinished,
    LaunchRefused,
    LaunchRequested,
    action_stream,
)
from watchkeeper.domain.events.authority import AUTHORITY, AutonomyLevel
from watchkeeper.engine.intents import drafts
from watchkeeper.governance.action_course import Seen, decide
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import Times

B = TypeVar("B", bound=Body)

EXECUTOR = "hands"
MOST_DECISIONS = 50


def signed(statement: str) -> str:
    """A signature that says what it is over."""
    return f"signed: {statement}"


def done(*, succeeded: bool = True) -> JobFinished:
    return JobFinished(
        succeeded=succeeded,
        return_code=0 if succeeded else 2,
        changed=1,
        failed=0 if succeeded else 1,
        unreachable=0,
        started_at=NOON,
        finished_at=NOON,
        output="o" * 64,
    )


class Docket:
    """An action and the authority that it is judged by. ``spoil`` changes what the gates see."""

    def __init__(
        self,
        level: AutonomyLevel | None = AutonomyLevel.ACT,
        action: Action | None = None,
        times: Times | None = None,
    ) -> None:
        self.ledger = Ledger()
        self.now = NOON
        self.action = action or an_action()
        self.times = times or Times()
        self.spoilt: dict[str, object] = {}
        if level is not None:
            self.authority(granted(level), by=ALICE)

    # ── what the story does ───────────────────────────────────────────────────

    def spoil(self, **how: object) -> "Docket":
        self.spoilt.update(how)
        return self

    def later(self, **time: float) -> "Docket":
        self.now += timedelta(**time)
        return self

    def propose(self, *, autonomous: bool = True) -> "Docket":
        """The incident proposes it; and so far as it can it goes its way."""
        cited = (("service_is_dead", 7),)
        self.say(ActionProposed(action=self.action, cited=cited, autonomous=autonomous))
        self.proceed()
        return self

    def say(self, *bodies: Body, by: Actor | None = None) -> None:
        """Somebody else's words in the action's stream."""
        self._append([Draft(stream=self.stream, body=body) for body in bodies], by)

    def authority(self, *bodies: Body, by: Actor | None = None) -> None:
        self._append([Draft(stream=AUTHORITY, body=body) for body in bodies], by)

    def withdraw(self) -> None:
        self.say(ApprovalWithdrawn())

    def approve(self, digest: str = "") -> list[Said]:
        self.say(ApprovalGranted(digest=digest or self.action.digest), by=ALICE)
        return self.proceed()

    def decide(self) -> Sequence[Said]:
        """One decision, written down."""
        seen = Seen(context=self.context, executor=EXECUTOR, times=self.times, sign=signed)
        said = decide(self.state, seen, self.now)
        made = drafts(self.stream, said, self.ledger.revision(self.stream), None)
        self.ledger.append(fitting(ActionJudged), made, self.now)
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
        intent = self.ledger.intent(self.stream)
        assert intent is not None, "nothing was asked"
        self._append([Draft(stream=self.stream, body=body, cause=intent.position)])
        return self.proceed()

    def record(self) -> list[Said]:
        """The change record is opened."""
        self.asked(ChangeRequested)
        return self.answer(ChangeOpened(record="CHG-1"))

    def finish(self, body: Body) -> list[Said]:
        """The job comes to its end."""
        self.asked(LaunchRequested)
        return self.answer(body)

    def refuse(self, rule: str = "kill-switch") -> list[Said]:
        return self.finish(LaunchRefused(rule=rule))

    # ── what the story looks at ───────────────────────────────────────────────

    @property
    def stream(self) -> str:
        return action_stream(self.action.id)

    @property
    def state(self) -> ActionState:
        state: ActionState = self.ledger.state(self.stream)
        return state

    @property
    def authority_state(self) -> Authority:
        state: Authority = self.ledger.state(AUTHORITY) or Authority()
        return state

    @property
    def context(self) -> Context:
        now = replace(CONTEXT, now=self.now, authority=self.authority_state)
        answers = tuple(
            an_answer(check, item=self.action.target, incident=self.action.incident, at=self.now)
            for check in ANSWERED
        )
        proposed = replace(now, incident_autonomous=self.state.autonomous, citations=answers)
        return replace(proposed, **self.spoilt)  # type: ignore[arg-type]

    @property
    def said(self) -> list[Body]:
        return self.ledger.said(self.stream)

    def kinds(self) -> list[str]:
        return [body.kind for body in self.said]

    def last(self, kind: type[B]) -> B:
        return [body for body in self.said if isinstance(body, kind)][-1]

    def told(self, prefix: str) -> list[Any]:
        """What was told into other streams."""
        return [e.body for e in self.ledger.entries if e.stream.startswith(prefix)]

    def asked(self, kind: type[B]) -> B:
        """The unanswered intent, which is of this kind."""
        intent = self.ledger.intent(self.stream)
        assert intent is not None and isinstance(intent.body, kind), intent
        return intent.body

    def _append(self, made: Sequence[Draft], by: Actor | None = None) -> None:
        self.ledger.tell(made, self.now, by)
