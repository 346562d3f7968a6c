"""Hard limits: plain numbers, in front of any policy."""

from dataclasses import dataclass
from datetime import timedelta

ACTIONS_PER_INCIDENT = 8  # spec: actions per incident before a person
ACTIONS_PER_TARGET_PER_HOUR = 6
ACTIONS_PER_CLASS_PER_HOUR = 20
ACTIONS_PER_HOUR = 40  # the whole installation: a thousand forged alerts stay under it

SHARE_OF_SERVICE_AT_ONCE = 1 / 3  # of a service's replicas under change at once; at least one
SHARE_OF_CLASS_AT_ONCE = 0.2  # of a server class under change at the same time; at least one server

OWN_UNITS = ("watchkeeper", "watchkeeper-agents", "watchkeeper-authority", "watchkeeper-executor")
# What Watchkeeper runs on, and what people get in by.
PROTECTED_PACKAGES = (
    "ansible",
    "ansible-core",
    "openssh-server",
    "python3",
    "sudo",
    "systemd",
    "watchkeeper",
)

FUTILE_AFTER = 3  # the same fix on the same target failed this often …
FUTILITY_REST = timedelta(hours=1)  # … so it rests this long

BREAKER_WINDOW = timedelta(hours=1)
BREAKER_FAILURES = 3  # failed or unknown actions within the window …
BREAKER_RATIO = 0.5  # … and at least this share of all: the breaker opens
GLOBAL_BREAKER_FAILURES = 6  # … of all classes together: the global breaker opens
AFTERMATH_AFTER = timedelta(minutes=2)  # after an action its surroundings are looked at once more
BREAKER_REST = timedelta(minutes=30)  # then half open: one reversible action goes through

FOUR_EYES = 2  # different persons say yes to what is of high risk
ALONE_WAITS = timedelta(seconds=60)  # before the only administrator says yes to it, or releases
BUSY_FIRST_WAIT = timedelta(seconds=5)  # a target that is busy is looked at again after this …
BUSY_LONGEST_WAIT = timedelta(minutes=1)  # … then after twice as long, up to this …
MOST_WAITS = 12  # … and so often (9 minutes in all); then the action is refused

PRECONDITION_FRESH = timedelta(minutes=5)  # an answer that is older is asked for again
PRESENCE_FRESH = timedelta(minutes=2)  # whether anybody is at work on the server
MOST_QUESTIONS = 6  # times that one action's checks are asked (again)

TERMINAL_ACTIVE_WITHIN = timedelta(minutes=15)  # another person's terminal: somebody is at work
HUMAN_CHANGE_WITHIN = timedelta(hours=1)  # a change that somebody told of is under way this long
LONGEST_HOLD = timedelta(days=7)  # a person holds a server for at most this long at a time

WARRANT_LIFE = timedelta(seconds=60)  # a minted warrant starts its action within this, or never

REMEMBERED = timedelta(hours=24)  # settled warrants stay in the fold this long
INCIDENTS_REMEMBERED = timedelta(days=30)  # action counts of incidents stay this long


@dataclass(frozen=True, kw_only=True)
class Times:
    """What an operator may set."""

    approval: timedelta = timedelta(hours=1)
    verification: timedelta = timedelta(minutes=5)  # spec: verification after a fix, 5–15 min
