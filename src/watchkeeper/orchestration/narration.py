"""What the log tells of the journal: a line when something begins, ends, or waits for a person."""

import structlog

from watchkeeper.domain.basis_points import as_ratio
from watchkeeper.domain.entry import Entry
from watchkeeper.domain.events.actions import ActionClosed, ApprovalRequested
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved
from watchkeeper.domain.events.authority import KillEngaged, KillReleased
from watchkeeper.domain.events.incidents import (
    IncidentClosed,
    IncidentDiagnosed,
    IncidentEscalated,
    IncidentOpened,
)
from watchkeeper.domain.events.installation import BecameFit, BecameUnfit
from watchkeeper.ports.journal import Journal

log = structlog.get_logger()


class Narration:
    """Follows the journal from a position. It writes nothing, and a crash loses only lines."""

    def __init__(self, journal: Journal, after: int) -> None:
        self._journal = journal
        self._after = after

    async def run(self) -> None:
        """For ever: tell what is new, wait for the bell."""
        while True:
            entries = await self._journal.entries(after=self._after)
            for entry in entries:
                told(entry)
                self._after = entry.position
            if not entries:
                await self._journal.changed(self._after)


def told(entry: Entry) -> None:  # noqa: C901 one line a kind
    """Log an entry, if it is one of those that people want to see go by."""
    name = entry.stream.partition("/")[2]
    match entry.body:
        case AlertRaised(server=server, severity=severity):
            log.info("alert_raised", alert=name, server=server, severity=severity.value)
        case AlertResolved():
            log.info("alert_resolved", alert=name)
        case IncidentOpened(server=server, source_lost=source):
            log.warning("incident_opened", incident=name, **_known(server=server, source=source))
        case IncidentDiagnosed(diagnosis=found, confidence=confidence):
            cause = found.hypotheses[0].cause if found.hypotheses else "unknown"
            stated = as_ratio(confidence.stated)
            log.info("incident_diagnosed", incident=name, cause=cause, confidence=stated)
        case ApprovalRequested():
            log.warning("approval_wanted", action=name, see=f"watchkeeper approvals show {name}")
        case ActionClosed(outcome=outcome):
            log.info("action_closed", action=name, outcome=outcome.value)
        case IncidentEscalated(reason=reason):
            log.warning("handed_to_a_person", incident=name, reason=reason.value)
        case IncidentClosed(resolution=resolution):
            log.info("incident_closed", incident=name, resolution=resolution.value)
        case KillEngaged():
            log.warning("kill_engaged", by=str(entry.actor))
        case BecameUnfit(ailments=ailments):
            log.warning("acting_stopped", because=",".join(each.value for each in ailments))
        case BecameFit():
            log.info("fit_to_act")
        case KillReleased():
            log.warning("kill_released", by=str(entry.actor))


def _known(**named: str) -> dict[str, str]:
    return {key: value for key, value in named.items() if value}
