"""What the surfaces get of a running watch: the doors that the composition root opens for them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.drift import DriftKind
from watchkeeper.engine.loop_lag import LoopLag
from watchkeeper.knowledge.standing import Knowledge
from watchkeeper.ports.clock import Clock
from watchkeeper.ports.identifiers import Identifiers
from watchkeeper.ports.journal import Journal
from watchkeeper.ports.kill_page import KillPage


@dataclass(frozen=True, kw_only=True)
class EstateCounts:
    """The estate in force, counted."""

    servers: int
    services: int
    unclassified: int
    drift: Mapping[DriftKind, int]


@dataclass
class Gauges:
    """Numbers that the loop tells and `/metrics` shows."""

    cycles: int = 0  # monitoring cycles since the start
    cycle_seconds: float = 0.0  # how long the last one took
    cycle_at: datetime | None = None  # when it ended
    counts: dict[str, float] = field(default_factory=dict)  # more of them, by metric name
    estate: EstateCounts | None = None  # of the estate in force
    lag: LoopLag = field(default_factory=LoopLag)
    asked: list[Callable[[], dict[str, float]]] = field(default_factory=list)

    def ask(self, look: Callable[[], dict[str, float]]) -> None:
        """Have these numbers looked at whenever somebody wants them."""
        self.asked.append(look)

    def all_counts(self) -> dict[str, float]:
        """The counts that were told, and those that are looked at now."""
        return self.counts | {name: value for look in self.asked for name, value in look().items()}


@dataclass(frozen=True, kw_only=True)
class Running:
    """A watch that has begun."""

    settings: Settings
    data_dir: Path
    version: str
    started_at: datetime
    journal: Journal
    page: KillPage
    clock: Clock
    identifiers: Identifiers
    knowledge: Knowledge
    gauges: Gauges
    reload: Callable[[], Awaitable[str]]  # reads the files again; says in a line what is in force


Surfaces = Callable[[Running], Awaitable[None]]
"""Runs beside the watch until it is cancelled: the console, the API, the orders' socket."""
