"""The built-in checks: read-only questions about a target, answered passed, failed or unknown."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from watchkeeper.domain.blob import sealed
from watchkeeper.domain.events.actions import (
    CheckAsked,
    CheckFound,
    ChecksAnswered,
    ChecksRequested,
)
from watchkeeper.domain.events.incidents import CheckAnswered, CheckOutcome, CheckRequested
from watchkeeper.domain.runbook import CheckName
from watchkeeper.engine.deadline import within
from watchkeeper.engine.machine import Answer
from watchkeeper.governance.action_fold import ActionState
from watchkeeper.governance.limits import TERMINAL_ACTIVE_WITHIN
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.errors import SourceUnavailable
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.inspector import FilesystemState, Inspector, Presence, ServiceState

SECONDS_A_LOOK = 10.0
PAUSE = timedelta(seconds=0.5)
FULL_BELOW = 0.40  # free space under which one counts as filling; as the shipped exhaustion rule
SPACE_AGAIN = 0.15  # free space that has to be there after a clean-up

Finding = tuple[CheckOutcome, str]
Wanted = CheckRequested | CheckAsked


@dataclass(frozen=True, kw_only=True)
class Check:
    """The performer of ``check.requested``."""

    inspector: Inspector
    clock: Clock
    identifiers: Identifiers
    estate: Callable[[], EstateGraph]

    async def again(self, body: ChecksRequested, _: ActionState) -> Answer:
        """The performer of ``checks.requested``: each looked at once, all at the same time."""
        looks = await asyncio.gather(*(self._look(asked) for asked in body.asked))
        found, blobs = [], []
        for asked, (outcome, text) in zip(body.asked, looks, strict=True):
            blob = sealed(text, self.identifiers.salt())
            blobs.append(blob)
            found.append(CheckFound(asked=asked, outcome=outcome, text=blob.digest))
        return Answer(said=(ChecksAnswered(found=tuple(found)),), blobs=tuple(blobs))

    async def __call__(self, body: CheckRequested, state: IncidentState) -> Answer:
        """Keep looking while it fails and there is patience left; only the last finding counts."""
        patience = self.clock.now() + timedelta(seconds=body.retry_seconds)
        outcome, text = await self._look(body)
        while outcome is not CheckOutcome.PASSED and self.clock.now() < patience:
            await self.clock.sleep_until(self.clock.now() + PAUSE)
            outcome, text = await self._look(body)
        blob = sealed(text, self.identifiers.salt())
        answered = CheckAnswered(
            purpose=body.purpose,
            check=body.check,
            outcome=outcome,
            item=body.item,
            part=body.part,
            step=body.step,
            text=blob.digest,
        )
        return Answer(said=(answered,), blobs=(blob,))

    async def _look(self, asked: Wanted) -> Finding:
        try:
            return await within(SECONDS_A_LOOK, self._found(asked))
        except SourceUnavailable as gone:
            return CheckOutcome.UNKNOWN, str(gone)
        except TimeoutError:
            return CheckOutcome.UNKNOWN, f"no answer within {SECONDS_A_LOOK:g} s"

    async def _found(self, asked: Wanted) -> Finding:
        estate = self.estate()
        match asked.check:
            case CheckName.SERVICE_IS_DEAD | CheckName.PROBE_ANSWERS:
                service = estate.services.get(asked.item)
                if service is None:
                    return CheckOutcome.UNKNOWN, f"no service {asked.item} in the estate any more"
                seen = await self.inspector.service(service)
                return dead(seen) if asked.check is CheckName.SERVICE_IS_DEAD else answers(seen)
            case CheckName.FILESYSTEM_IS_FILLING | CheckName.FILESYSTEM_HAS_SPACE:
                server = estate.server_of(asked.item)
                if not server:
                    return CheckOutcome.UNKNOWN, f"no {asked.item} in the estate any more"
                space = await self.inspector.filesystem(server, asked.part)
                filling = asked.check is CheckName.FILESYSTEM_IS_FILLING
                return is_filling(space) if filling else has_space(space)
            case CheckName.NOBODY_AT_WORK:
                server = estate.server_of(asked.item)
                if not server:
                    return CheckOutcome.UNKNOWN, f"no {asked.item} in the estate any more"
                return nobody_at_work(await self.inspector.presence(server))


def dead(seen: ServiceState) -> Finding:
    """Dead: its main process is gone though others still answer; or none lives and none answers.

    Where processes cannot be told apart, a silent probe has to do; without a probe nobody knows.
    """
    text = f"probe {seen.probe_reason}, {seen.alive} alive, main process alive: {seen.main_alive}"
    if seen.main_alive is not None:
        gone: bool | None = not seen.main_alive or (seen.answers is False and seen.alive == 0)
    elif seen.alive is not None:
        gone = seen.alive == 0 and not seen.answers
    else:
        gone = None if seen.answers is None else not seen.answers
    return _said(gone), text


def answers(seen: ServiceState) -> Finding:
    """It answers its probe; without a probe, its main process lives, or any of its processes."""
    text = f"probe {seen.probe_reason}, {seen.alive} alive"
    if seen.answers is not None:
        return _said(seen.answers), text
    if seen.main_alive is not None:
        return _said(seen.main_alive), text
    return _said(None if seen.alive is None else seen.alive > 0), text


def _said(found: bool | None) -> CheckOutcome:
    if found is None:
        return CheckOutcome.UNKNOWN
    return CheckOutcome.PASSED if found else CheckOutcome.FAILED


def is_filling(space: FilesystemState) -> Finding:
    """Little space is left."""
    text = f"{space.mount}: {space.free_ratio:.1%} free"
    return _said(space.free_ratio < FULL_BELOW), text


def has_space(space: FilesystemState) -> Finding:
    """Enough space is free again."""
    text = f"{space.mount}: {space.free_ratio:.1%} free"
    return _said(space.free_ratio >= SPACE_AGAIN), text


def nobody_at_work(seen: Presence) -> Finding:
    """No terminal of somebody else was in use lately, and no package or ansible run is going on."""
    active = [t for t in seen.terminals if t.idle_seconds < TERMINAL_ACTIVE_WITHIN.total_seconds()]
    told = [f"{t.line} of {t.user}, idle {t.idle_seconds:.0f} s" for t in active]
    told += [f"lock {lock}" for lock in seen.locks]
    text = "; ".join(told) or f"{len(seen.terminals)} terminals, none in use, no lock held"
    return _said(not told), text
