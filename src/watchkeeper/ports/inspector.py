"""Looking at a service directly: a data path of its own, beside the metric sources."""

from dataclasses import dataclass
from typing import Protocol

from watchkeeper.domain.estate import Service


@dataclass(frozen=True, kw_only=True)
class ServiceState:
    """What a direct look at a service finds.

    ``answers`` is its probe's verdict (None: it has no probe). ``alive`` counts its living
    processes (None:
    they cannot be told apart), ``zombies`` the dead ones not yet reaped; ``main_alive`` is the
    process that the
    pid file names (None: no pid file configured).
    """

    answers: bool | None
    probe_reason: str  # "200", "refused", "timeout", "502" …
    probe_seconds: float | None
    alive: int | None
    zombies: int
    main_alive: bool | None


@dataclass(frozen=True, kw_only=True)
class FilesystemState:
    """Space of one mounted file system: ratios of 0–1 that an ordinary user may still use."""

    mount: str
    free_ratio: float
    inodes_free_ratio: float


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A person's terminal, and how long ago something was typed there."""

    line: str  # "pts/3"
    user: str
    idle_seconds: float


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Who is at work on a server: terminals that are not our own, and locks that are held.

    ``locks`` are the lock files of package managers, and ``ansible-playbook`` for a run of others.
    """

    terminals: tuple[Terminal, ...] = ()
    locks: tuple[str, ...] = ()


class Inspector(Protocol):
    """Asks a service's probe, looks at its processes, at file systems and for people. Read-only."""

    async def service(self, service: Service) -> ServiceState:
        """The service as it is now.

        Raises SourceUnavailable when its server cannot be looked at from here.
        """

    async def filesystem(self, server: str, mount: str) -> FilesystemState:
        """The file system as it is now. Raises SourceUnavailable."""

    async def presence(self, server: str) -> Presence:
        """Who is at work there now. Raises SourceUnavailable."""
