"""The log says what a person at the terminal, or with journalctl, wants to see go by."""

import asyncio
from contextlib import suppress

from structlog.testing import capture_logs

from tests.unit.interfaces.standing import (
    ACTION,
    AGENT,
    Installation,
    begin_incident,
    raise_alert,
)
from watchkeeper.domain.entry import Draft
from watchkeeper.domain.events.incidents import Escalation, IncidentEscalated, incident_stream
from watchkeeper.orchestration.narration import Narration


async def narrated(place: Installation, after: int = 0) -> list[dict[str, object]]:
    with capture_logs() as lines:
        task = asyncio.ensure_future(Narration(place.journal, after).run())
        for _ in range(20):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return [dict(line) for line in lines]


async def test_an_incident_that_wants_a_person_is_told_line_by_line() -> None:
    place = Installation()
    await raise_alert(place.journal)
    await begin_incident(place.journal)
    escalated = IncidentEscalated(reason=Escalation.EXPIRED)
    await place.journal.append(AGENT, (Draft(stream=incident_stream("I1"), body=escalated),))
    lines = await narrated(place)
    told = [str(line["event"]) for line in lines]
    assert told == [
        "alert_raised",
        "incident_opened",
        "incident_diagnosed",
        "approval_wanted",
        "handed_to_a_person",
    ]
    (wanted,) = [line for line in lines if line["event"] == "approval_wanted"]
    assert wanted["see"] == f"watchkeeper approvals show {ACTION.id}"
    assert lines[-1] == {
        "event": "handed_to_a_person",
        "incident": "I1",
        "reason": "nobody_approved",
        "log_level": "warning",
    }


async def test_what_was_before_the_start_is_not_told_again() -> None:
    place = Installation()
    await raise_alert(place.journal)
    assert await narrated(place, after=(await place.journal.head()).size) == []
