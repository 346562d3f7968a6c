"""All that the gates may look at."""

from dataclasses import dataclass, field
from datetime import datetime

from watchkeeper.domain.almanac import NOTHING_PLANNED, Almanac
from watchkeeper.domain.fitness import Unfit
from watchkeeper.domain.runbook import Runbook
from watchkeeper.governance.authority import Authority
from watchkeeper.governance.citations import Citation
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.health import HealthBoard


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """A change by others that a source has told of; ``item`` is what it names."""

    source: str
    item: str
    happened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Context:
    """The world as the gates see it at one instant."""

    now: datetime
    authority: Authority
    estate: EstateGraph
    runbook: Runbook | None  # as the library has it now; None: it is not there any more
    templates: dict[str, str]  # name → digest, as the executor has them now
    own_server: str = ""  # the server that Watchkeeper itself runs on
    own_places: tuple[str, ...] = ()  # its data, keys and configuration, as paths
    page_engaged: bool = False  # what the kill page says
    cautious: frozenset[str] = frozenset()  # classes that act above 0.85 only
    almanac: Almanac = NOTHING_PLANNED  # maintenance windows and freezes
    citations: tuple[Citation, ...] = ()  # what the entries say that the action cites
    told_changes: tuple[ToldChange, ...] = ()  # changes that other systems told of
    incident_autonomous: bool = True
    health: HealthBoard = field(default_factory=HealthBoard)  # of services; empty: all unknown
    lost_sources: tuple[str, ...] = ()  # metric sources that do not answer
    unfit: tuple[Unfit, ...] = ()  # what is wrong with Watchkeeper itself
    approved: bool = False
    change_record: str = ""
    minting: bool = False
