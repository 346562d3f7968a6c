"""Who may say what: every kind of body names the speakers that the journal takes it from."""

from watchkeeper.domain.entry import ActorKind

AGENTS = frozenset({ActorKind.AGENT})
PERSONS = frozenset({ActorKind.PERSON})
SOURCES = frozenset({ActorKind.SOURCE})
PROCESSES = frozenset({ActorKind.SYSTEM})
THE_AUTHORITY = frozenset({ActorKind.AUTHORITY})
EXECUTORS = frozenset({ActorKind.EXECUTOR})
OURS = AGENTS | PROCESSES | THE_AUTHORITY | EXECUTORS
