"""The goal router: which incident an alert or a lost source belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

from watchkeeper.domain.entry import Draft, Entry
from watchkeeper.domain.events.alerts import AlertRaised, AlertResolved, AlertUpdated
from watchkeeper.domain.events.incidents import (
    AlertJoined,
    AlertQuiet,
    IncidentOpened,
    SourceBack,
    SourceLostAgain,
    incident_stream,
)
from watchkeeper.domain.events.sources import SourceLost, SourceRecovered
from watchkeeper.engine.consume import Following
from watchkeeper.incidents.incident_fold import IncidentState
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Held, Journal


@dataclass(frozen=True, kw_only=True)
class Router:
    """Handles every entry of the journal; most are not its business."""

    journal: Journal
    identifiers: Identifiers
    estate: Callable[[], EstateGraph]

    async def __call__(self, entry: Entry) -> Following:
        """What follows for the incidents.

        Drafts carry the revision seen, so a race is decided again.
        """
        match entry.body:
            case AlertRaised() as alert:
                return await self._raised(alert)
            case AlertUpdated() as alert:
                return await self._updated(entry.stream.partition("/")[2], alert)
            case AlertResolved():
                return await self._resolved(entry.stream.partition("/")[2])
            case SourceLost(source=source):
                return await self._lost(source)
            case SourceRecovered(source=source):
                return await self._back(source)
            case _:
                return Following()

    async def _raised(self, alert: AlertRaised) -> Following:
        joined = AlertJoined(fingerprint=alert.fingerprint, anomalies=alert.anomalies)
        for held in await self._open():
            if self._belongs(alert, held.state):
                return self._say(held, joined)
        opened = IncidentOpened(
            server=alert.server, alert=alert.fingerprint, anomalies=alert.anomalies
        )
        return self._open_new(opened)

    async def _updated(self, fingerprint: str, alert: AlertUpdated) -> Following:
        joined = AlertJoined(fingerprint=fingerprint, anomalies=alert.anomalies)
        for held in await self._open():
            if fingerprint in held.state.alerts and fingerprint not in held.state.quiet:
                return self._say(held, joined)
        return Following()

    async def _resolved(self, fingerprint: str) -> Following:
        for held in await self._open():
            if fingerprint in held.state.alerts and fingerprint not in held.state.quiet:
                return self._say(held, AlertQuiet(fingerprint=fingerprint))
        return Following()

    async def _lost(self, source: str) -> Following:
        """A lost source is one incident, and never a reason to act.

        Perhaps it is we who are cut off.
        """
        for held in await self._open():
            if held.state.source_lost == source:
                back = source in held.state.quiet
                return self._say(held, SourceLostAgain(source=source)) if back else Following()
        opened = IncidentOpened(
            server="", alert="", anomalies=(), source_lost=source, autonomous=False
        )
        return self._open_new(opened)

    async def _back(self, source: str) -> Following:
        for held in await self._open():
            if held.state.source_lost == source and source not in held.state.quiet:
                return self._say(held, SourceBack(source=source))
        return Following()

    async def _open(self) -> tuple[Held, ...]:
        return await self.journal.open_streams("incident")

    def _belongs(self, alert: AlertRaised, incident: IncidentState) -> bool:
        """The same alert again, the same server, or servers whose services need one another."""
        if incident.source_lost:
            return False
        if alert.fingerprint in incident.alerts:
            return True
        return self.estate().related(alert.server, incident.server)

    def _open_new(self, opened: IncidentOpened) -> Following:
        stream = incident_stream(self.identifiers.new())
        return Following(drafts=(Draft(stream=stream, body=opened, expected=0),))

    @staticmethod
    def _say(
        held: Held, body: AlertJoined | AlertQuiet | SourceBack | SourceLostAgain
    ) -> Following:
        return Following(drafts=(Draft(stream=held.stream, body=body, expected=held.revision),))
