"""Carrying out an action: spend once, start once, and after a crash only ask.

The promise: at most once; otherwise unknown and escalated.
"""

import asyncio

from watchkeeper.domain.action import Action
from watchkeeper.domain.blob import Blob, sealed
from watchkeeper.domain.events.actions import JobFinished, JobLost, LaunchRefused, LaunchRequested
from watchkeeper.domain.events.authority import AUTHORITY
from watchkeeper.domain.job import Finished, JobTemplate, NeverStarted, Running, Unknowable
from watchkeeper.domain.warrant import Warrant
from watchkeeper.engine.machine import Answer
from watchkeeper.engine.spend import Till, WarrantVoid, spend
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.authority import Authority
from watchkeeper.ports.automation import Automation
from watchkeeper.ports.errors import (
    AlreadyLaunched,
    LaunchFailed,
    SourceUnavailable,
    TemplateRefused,
)
from watchkeeper.ports.identifiers import Identifiers

FIRST_POLL_SECONDS = 0.2
LONGEST_POLL_SECONDS = 2.0


class Launch:
    """The performer of ``launch.requested``."""

    def __init__(self, *, automation: Automation, till: Till, identifiers: Identifiers) -> None:
        self.by = till.by
        self._automation = automation
        self._till = till
        self._journal = till.journal
        self._identifiers = identifiers

    async def __call__(self, intent: LaunchRequested, state: ActionState) -> Answer:
        """Unspent: spend and start. Spent: only ask what became of it."""
        if not await self._spent(intent.warrant):
            refusal = await self._start(intent, state)
            if refusal:
                return Answer(said=(LaunchRefused(rule=refusal),))
        return await self._ended(intent.warrant)

    async def _spent(self, warrant: Warrant) -> bool:
        held = await self._journal.held(AUTHORITY)
        drawn = held.state.warrant(warrant.id) if held else None
        return drawn is not None and drawn.spent_at is not None

    async def _start(self, intent: LaunchRequested, state: ActionState) -> str:
        """Start the job; the rule by which it certainly was not started, or nothing."""
        action, warrant = state.action, intent.warrant
        if action is None or _bound(action) != (
            warrant.parameters_digest,
            warrant.inventory_digest,
        ):
            return "altered"
        try:
            spent = await spend(warrant, intent.signature, self._till)
        except WarrantVoid as void:
            return "" if void.rule == "already-spent" else void.rule
        template = JobTemplate(name=warrant.template, digest=warrant.template_digest)
        try:
            await self._automation.launch(
                spent, template, action.parameters, action.timeout_seconds
            )
        except TemplateRefused:
            return "template-refused"
        except LaunchFailed as failed:
            return failed.rule
        except (SourceUnavailable, AlreadyLaunched):
            return ""  # it may have started: ask
        return ""

    async def _ended(self, warrant: Warrant) -> Answer:
        pause, stopped = FIRST_POLL_SECONDS, False
        while True:
            match await self._found(warrant):
                case Finished() as job:
                    return self._finished(job)
                case NeverStarted():
                    return Answer(said=(LaunchRefused(rule="never-started"),))
                case Unknowable(reason=reason):
                    text = self._sealed(reason)
                    return Answer(said=(JobLost(reason=text.digest),), blobs=(text,))
                case Running() | None:
                    stopped = stopped or await self._stopped(warrant)
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.5, LONGEST_POLL_SECONDS)

    async def _stopped(self, warrant: Warrant) -> bool:
        """Ask the job to stop at its next step boundary where it is killed by now; whether it was.

        The page stops it by itself; a narrower scope stands in the journal only.
        """
        held = await self._journal.held(AUTHORITY)
        authority = held.state if held else Authority()
        drawn = authority.warrant(warrant.id)
        kill = authority.kill
        if drawn is None or not (kill.holding(drawn) or kill.voids(drawn, warrant.kill_epoch)):
            return False
        try:
            await self._automation.cancel(warrant.id)
        except SourceUnavailable:
            return False  # it is asked again with the next look
        return True

    async def _found(
        self, warrant: Warrant
    ) -> Running | Finished | NeverStarted | Unknowable | None:
        try:
            return await self._automation.find(warrant.id)
        except SourceUnavailable:
            return None  # an executor that cannot be asked now may answer later

    def _finished(self, job: Finished) -> Answer:
        text = self._sealed(job.output)
        body = JobFinished(
            succeeded=job.succeeded,
            return_code=job.return_code,
            changed=job.changed,
            failed=job.failed,
            unreachable=job.unreachable,
            started_at=job.started_at,
            finished_at=job.finished_at,
            output=text.digest,
            end=job.end,
        )
        return Answer(said=(body,), blobs=(text,))

    def _sealed(self, text: str) -> Blob:
        return sealed(text, self._identifiers.salt())


def _bound(action: Action) -> tuple[str, str]:
    return action.parameters_digest, action.inventory_digest
