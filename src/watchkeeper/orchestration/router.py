"""The goal router: which incident an alert or a lost source belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

from watchkeeper.domain.anomaly import Anomaly
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
from watchkeeper.incidents.incident_fold import IncidentState, Phase
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.orchestration.lineage import root_of
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Held, Journal

MOST_RECENT = 200  # incidents among which a fault looks for the one that it descends from


@dataclass(frozen=True, kw_only=True)
class Router:
    """Handles every entry of the journal; most are not its business."""

    journal: Journal
    clock: Clock
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
        return await self._new_fault(alert.server, alert.fingerprint, alert.anomalies)

    async def _updated(self, fingerprint: str, alert: AlertUpdated) -> Following:
        """Each incident that knows the alert hears of its own part; a part that is nobody's is new.

        One that a person has takes in only what belongs to its fault, the others take the rest.
        """
        holding = await self._holding(fingerprint)
        if not holding:
            return Following()
        rest = alert.anomalies
        drafts: list[Draft] = []
        for held in holding:
            mine = tuple(a for a in rest if self._takes(a, held.state))
            rest = tuple(a for a in rest if a not in mine)
            drafts += _share(held, fingerprint, mine)
        if rest:
            drafts += (await self._new_fault(rest[0].server, fingerprint, rest)).drafts
        return Following(drafts=tuple(drafts))

    async def _resolved(self, fingerprint: str) -> Following:
        quiet = AlertQuiet(fingerprint=fingerprint)
        drafts = tuple(
            Draft(stream=held.stream, body=quiet, expected=held.revision)
            for held in await self._holding(fingerprint)
            if fingerprint not in held.state.quiet
        )
        return Following(drafts=drafts)

    async def _holding(self, fingerprint: str) -> tuple[Held, ...]:
        """The open incidents of an alert; none when all of them know that it is over.

        Those that a person has come first: they take their own part, and the others the rest.
        """
        holding = [h for h in await self._open() if fingerprint in h.state.alerts]
        if all(fingerprint in held.state.quiet for held in holding):
            return ()
        return tuple(sorted(holding, key=lambda h: h.state.phase is not Phase.ESCALATED))

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
        """The same server, or servers whose services need one another.

        What a person has already takes in only what belongs to its fault.
        """
        if incident.source_lost:
            return False
        if incident.phase is Phase.ESCALATED:
            return all(self._takes(anomaly, incident) for anomaly in alert.anomalies)
        if alert.fingerprint in incident.alerts:
            return True
        return self.estate().related(alert.server, incident.server)

    def _takes(self, anomaly: Anomaly, incident: IncidentState) -> bool:
        """Whether the incident is about this, too.

        A person's is about its cause and what suffers from it; without a cause, about its scope.
        """
        if incident.phase is not Phase.ESCALATED:
            return True
        estate = self.estate()
        known = {estate.item_of(each) for found in incident.alerts.values() for each in found}
        hypotheses = incident.diagnosis.hypotheses if incident.diagnosis else ()
        concern = estate.suffering(hypotheses[0].cause) if hypotheses else incident.scope
        return estate.item_of(anomaly) in known | set(concern)

    async def _new_fault(
        self, server: str, fingerprint: str, anomalies: tuple[Anomaly, ...]
    ) -> Following:
        """An incident of its own, which may descend from another one."""
        recent = await self.journal.all_streams("incident", MOST_RECENT)
        incidents = [held.state for held in recent if held.readable]
        root = root_of(fingerprint, anomalies, incidents, self.estate(), self.clock.now())
        opened = IncidentOpened(server=server, alert=fingerprint, anomalies=anomalies, root=root)
        return self._open_new(opened)

    def _open_new(self, opened: IncidentOpened) -> Following:
        stream = incident_stream(self.identifiers.new())
        return Following(drafts=(Draft(stream=stream, body=opened, expected=0),))

    @staticmethod
    def _say(
        held: Held, body: AlertJoined | AlertQuiet | SourceBack | SourceLostAgain
    ) -> Following:
        return Following(drafts=(Draft(stream=held.stream, body=body, expected=held.revision),))


def _share(held: Held, fingerprint: str, mine: tuple[Anomaly, ...]) -> tuple[Draft, ...]:
    """What an incident hears of its part of an alert: what it is now, or that it is over."""
    body: AlertJoined | AlertQuiet
    if mine:
        body = AlertJoined(fingerprint=fingerprint, anomalies=mine)
    elif fingerprint not in held.state.quiet:
        body = AlertQuiet(fingerprint=fingerprint)
    else:
        return ()
    return (Draft(stream=held.stream, body=body, expected=held.revision),)
