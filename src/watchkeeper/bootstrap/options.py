"""What an operator may set, and what this installation is, as the core wants it."""

from dataclasses import dataclass, field

from watchkeeper.domain.estate import Estate
from watchkeeper.domain.threshold import Thresholds
from watchkeeper.governance.approval import ApprovalRules
from watchkeeper.governance.limits import Times
from watchkeeper.monitoring.numbers import Pace


@dataclass(frozen=True, kw_only=True)
class Options:
    """What an operator may set, and what this installation is."""

    estate: Estate
    rules: Thresholds
    pace: Pace = field(default_factory=Pace)
    times: Times = field(default_factory=Times)
    executor: str = ""  # whom warrants are bound to, where the hands are another process's
    sources: frozenset[str] = frozenset()  # who is asked for metrics, where the eyes are another's
    approvals: ApprovalRules = field(default_factory=ApprovalRules)
    own_server: str = ""
    own_places: tuple[str, ...] = ()  # paths of its data, keys and configuration
    cautious: frozenset[str] = frozenset()  # server classes that act above 0.85 only
    worker: str = "all"
    version: str = ""
    configuration_digest: str = ""
    estate_digest: str = ""
