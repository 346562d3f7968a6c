"""What the routes need of the running watch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from watchkeeper.bootstrap.roster import Roster
from watchkeeper.bootstrap.running import Gauges, Running
from watchkeeper.bootstrap.secret_reference import SecretReference
from watchkeeper.bootstrap.settings import SettingsRefused, secret_value
from watchkeeper.bootstrap.source_settings import AlertSource
from watchkeeper.domain.runbook import Runbook
from watchkeeper.engine.loop_lag import LoopLag
from watchkeeper.interfaces.http.alertmanager import Registers
from watchkeeper.interfaces.http.inbox import Clerk, JournalInbox
from watchkeeper.interfaces.http.proof import Voice
from watchkeeper.interfaces.http.sign_in import SignIn
from watchkeeper.interfaces.running_office import office_of, owner_of, roster_in
from watchkeeper.interfaces.socket.office import Office
from watchkeeper.interfaces.views.subject import Subject
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Doors:
    """The watch, as far as HTTP may see it."""

    version: str
    journal: Journal
    clerk: Clerk
    registers: Registers
    clock: Clock
    estate: Callable[[], EstateGraph]
    voices: tuple[Voice, ...]
    reader_token: bytes  # of whoever may read
    sign_in: SignIn
    gauges: Gauges
    lag: LoopLag
    sources: tuple[str, ...]  # names of the metric sources
    office: Office
    roster: Roster
    owner: str  # whose data directory it is: whoever has its token, or its one-time link
    runbooks: Callable[[], Mapping[str, Runbook]]

    def subject(self) -> Subject:
        """What an approval is about, as it is now."""
        return Subject(estate=self.estate(), runbooks=self.runbooks())


def doors_of(running: Running, reader_token: str, sign_in: SignIn) -> Doors:
    """The doors of a running watch. Raises SettingsRefused where a secret cannot be read."""
    roster = roster_in(running)
    return Doors(
        version=running.version,
        journal=running.journal,
        clerk=Clerk(JournalInbox(journal=running.journal), running.identifiers),
        registers=Registers(),
        clock=running.clock,
        estate=running.knowledge.estate,
        voices=voices_of(running.settings.alert_sources),
        reader_token=reader_token.encode(),
        sign_in=sign_in,
        gauges=running.gauges,
        lag=running.gauges.lag,
        sources=tuple(source.name for source in running.settings.sources) or ("host",),
        office=office_of(running, roster.people),
        roster=roster,
        owner=owner_of(running.data_dir),
        runbooks=running.knowledge.runbooks,
    )


def voices_of(sources: Iterable[AlertSource]) -> tuple[Voice, ...]:
    """The alerting systems with their secrets. Two may not share one. Raises SettingsRefused."""
    voices = tuple(_voice(source) for source in sources)
    for index, voice in enumerate(voices):
        for other in voices[:index]:
            if (voice.token, voice.key) == (other.token, other.key):
                raise SettingsRefused(
                    f"alert_sources: {other.name} and {voice.name} have the same secret; "
                    "give each its own"
                )
    return voices


def _voice(source: AlertSource) -> Voice:
    field = f"alert_sources[{source.name}]"
    return Voice(
        name=source.name,
        token=_read(source.token, f"{field}.token"),
        key=_read(source.hmac_secret, f"{field}.hmac_secret"),
        targets=frozenset(source.targets),
        server_class=source.server_class,
    )


def _read(reference: SecretReference, field: str) -> bytes:
    if not reference.given:
        return b""
    return secret_value(reference, field).get_secret_value().encode()
