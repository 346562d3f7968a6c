"""An inspector and the few things that the contract suite looks at through it."""

from dataclasses import dataclass

from watchkeeper.domain.estate import Service
from watchkeeper.ports.inspector import Inspector


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the suite may count on. All services have a pid file and a process name.

    ``well`` answers its probe. ``dead`` has no process left. ``orphaned`` lost its main process
    while workers live on. ``elsewhere`` runs on a server that cannot be looked at from here.
    """

    inspector: Inspector
    well: Service
    dead: Service
    orphaned: Service
    elsewhere: Service
    mount: str
