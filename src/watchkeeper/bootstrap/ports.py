"""Everything of the world that a process of Watchkeeper needs, by what the process is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from watchkeeper.domain.fitness import Unfit
from watchkeeper.ports.automation import Automation
from watchkeeper.ports.calendars import Calendars
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.crew import Crew
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.inspector import Inspector
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage
from watchkeeper.ports.ledger import Ledger
from watchkeeper.ports.library import RunbookSource, TemplateSource
from watchkeeper.ports.logs import Logs
from watchkeeper.ports.metrics import Metrics
from watchkeeper.ports.reasoner import Reasoner
from watchkeeper.ports.seal import Seal, SealCheck


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """What the agents see with, and think with."""

    crew: Crew
    metrics: Sequence[Metrics]
    logs: Sequence[Logs]
    inspector: Inspector
    reasoner: Reasoner
    evidence: Sequence[Metrics] = ()  # as incidents ask; none: with monitoring's credentials


@dataclass
class Fitness:
    """What is wrong with Watchkeeper itself, as of the last look; nothing where nobody looks."""

    wrong: tuple[Unfit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What the authority judges by, and signs with."""

    templates: TemplateSource
    seal: Seal


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What the executor touches the estate with, and what it believes before it does."""

    automation: Automation
    seal: SealCheck
    ledger: Ledger


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What one process is given, and so what it is.

    With ``eyes`` it is the agents, with ``bench`` the authority, with ``hands`` the executor;
    one process may be all three.
    """

    journal: Journal
    clock: Clock
    identifiers: Identifiers
    page: KillPage
    runbooks: RunbookSource
    calendars: Calendars | None = None  # of maintenance windows and freezes
    fitness: Fitness = field(default_factory=Fitness)
    eyes: Eyes | None = None
    bench: Bench | None = None
    hands: Hands | None = None


@dataclass(frozen=True, kw_only=True)
class OneProcess(Ports):
    """What a process is given that is all three."""

    eyes: Eyes
    bench: Bench
    hands: Hands
