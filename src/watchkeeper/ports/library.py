"""Where runbooks come from."""

from typing import Protocol

from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.playbook import Playbook
from watchkeeper.domain.runbook import Runbook


class RunbookSource(Protocol):
    """The shipped library and the operator's own directories."""

    async def runbooks(self) -> tuple[Runbook, ...]:
        """All runbooks that pass lint, by id."""


class PlaybookSource(Protocol):
    """Where executors find what a job template runs."""

    def playbooks(self) -> tuple[Playbook, ...]:
        """Every playbook with its bytes as they are now, by name. Raises SourceUnavailable."""


class TemplateSource(Protocol):
    """What the authority looks at before it mints."""

    async def templates(self) -> tuple[JobTemplate, ...]:
        """Every template, with the digest of its files as they are now.

        Raises SourceUnavailable.
        """

    async def surroundings(self) -> str:
        """The digest of all that a job runs in besides its template: settings, collections, tools.

        A warrant is bound to it as it was when the warrant was minted; launch refuses another.
        """
