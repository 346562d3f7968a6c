"""Carrying out approved templates."""

from typing import Protocol

from watchkeeper.domain.effects import estate_effect
from watchkeeper.domain.job import JobState, JobTemplate
from watchkeeper.domain.warrant import Spent


class Automation(Protocol):
    """Ansible in its detached wrapper; AWX later; the pretend estate's hands."""

    @property
    def name(self) -> str:
        """The executor's name, to which a warrant is bound."""

    async def templates(self) -> tuple[JobTemplate, ...]:
        """Every template of the library, with the digest of the file as it is now."""

    async def surroundings(self) -> str:
        """The digest of all that a job runs in besides its template: settings, collections, tools.

        A warrant is bound to it as it was when the warrant was minted; launch refuses another.
        """

    @estate_effect
    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: tuple[tuple[str, tuple[str, ...]], ...],
        timeout_seconds: float,
    ) -> None:
        """Start an approved template on the warrant's server. Never starts twice for one warrant.

        Returns once the job is sure to outlive this process. Raises TemplateRefused, or
        LaunchFailed (its ``rule`` says why) when it certainly did not start and never will;
        AlreadyLaunched when this warrant has been launched before, by whomever: then only ``find``
        knows.
        """

    async def find(self, warrant: str) -> JobState:
        """What became of a warrant's job.

        Asking changes nothing, with one exception: when it answers NeverStarted, the warrant can
        never start a job afterwards.
        """

    async def cancel(self, warrant: str) -> None:
        """Ask a running job to stop at its next step boundary."""
