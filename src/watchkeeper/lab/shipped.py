"""The shipped library, read once: its files do not change while a simulation runs."""

from functools import cache

from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.adapters.files.runbooks import FileRunbooks
from watchkeeper.adapters.files.thresholds import read_thresholds
from watchkeeper.domain.playbook import Playbook
from watchkeeper.domain.runbook import Runbook
from watchkeeper.domain.threshold import Thresholds


class ShippedRunbooks:
    """The runbook source of a simulation."""

    async def runbooks(self) -> tuple[Runbook, ...]:
        """All shipped runbooks."""
        return runbooks()


class ShippedPlaybooks:
    """The playbook source of a simulation."""

    def playbooks(self) -> tuple[Playbook, ...]:
        """All shipped playbooks."""
        return playbooks()


@cache
def runbooks() -> tuple[Runbook, ...]:
    """The shipped runbooks that pass lint."""
    return FileRunbooks().shelf().runbooks


@cache
def playbooks() -> tuple[Playbook, ...]:
    """The shipped playbooks, each with its bytes."""
    return FilePlaybooks().playbooks()


@cache
def thresholds() -> Thresholds:
    """The shipped thresholds."""
    return read_thresholds()
