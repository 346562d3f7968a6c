"""What is said in ``installation``: this program's own life."""

from dataclasses import dataclass

from watchkeeper.domain.entry import Body
from watchkeeper.domain.fitness import Ailment
from watchkeeper.domain.speakers import PROCESSES

INSTALLATION = "installation"


@dataclass(frozen=True, kw_only=True)
class InstallationStarted(Body, kind="installation.started", said_by=PROCESSES):
    """A process that may act has started on this journal."""

    version: str
    configuration_digest: str
    estate_digest: str
    servers: int
    services: int


@dataclass(frozen=True, kw_only=True)
class ClockJumped(Body, kind="clock.jumped", said_by=PROCESSES):
    """The wall clock moved against monotonic time; a step back is reported and never followed."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class BecameUnfit(Body, kind="installation.unfit", said_by=PROCESSES):
    """Something is wrong with Watchkeeper itself: it stops acting and keeps paging."""

    ailments: tuple[Ailment, ...]
    text: str = ""  # digest of a blob with what was measured


@dataclass(frozen=True, kw_only=True)
class BecameFit(Body, kind="installation.fit", said_by=PROCESSES):
    """Nothing is wrong with Watchkeeper itself any more: it may act again."""
