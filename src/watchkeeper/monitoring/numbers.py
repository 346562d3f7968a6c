"""The numbers of the watch: the specification's, each once with its source, and what may be set."""

from dataclasses import dataclass
from datetime import timedelta

ALERT_SIGMA = 2.8  # 0.5 % of normal readings; spec: monitoring agent
CRITICAL_SIGMA = 4.0  # spec: monitoring agent
COLD_START = timedelta(days=14)  # static thresholds until then; spec: monitoring agent

OWN_SOURCE = "monitoring"  # what this room's alerts name as their source


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How the watch goes about its work. Cycles are those of the server concerned."""

    cycle_seconds: float = 60.0  # spec: 60 s, 10 s where intensified
    intensified_seconds: float = 10.0
    quiet_cycles: int = 3  # an anomaly leaves its alert after so many good cycles
    flap_window: timedelta = timedelta(hours=1)  # raised again within it: a flap
    longest_quiet_cycles: int = 48  # what flapping can stretch ``quiet_cycles`` to
    lost_after_cycles: int = 2  # a source that fails so often in a row is lost
    vanished_after_cycles: int = 2
    mass_vanish_ratio: float = 0.20  # above: the source is lost, not that many servers
    mass_vanish_least: int = 3  # fewer servers than that are never a mass
    forgotten_after_cycles: int = 30  # a part (mount, device) absent so long is gone
    jump_cycles: float = 10.0  # a longer time between two cycles is a jump of the clock
    jump_least_seconds: float = 60.0
    log_seconds: float = 2.0  # all log sources together; an alert never waits longer
    log_before: timedelta = timedelta(minutes=5)  # before the onset
    history: timedelta = timedelta(days=28)  # how far back a running source is asked
    history_step: timedelta = timedelta(minutes=5)  # near the window of rates read live
    history_servers: int = 100  # in one question
