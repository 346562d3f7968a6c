"""Stands between the program and its executor and counts what the program asks for."""

from tests.simulation.invariants import Invariants
from watchkeeper.domain.job import JobTemplate
from watchkeeper.domain.warrant import Spent
from watchkeeper.ports.automation import Automation


class Witness:
    """Implements the ``Automation`` port over another one."""

    def __init__(self, inner: Automation, invariants: Invariants) -> None:
        self._inner = inner
        self._invariants = invariants
        self.name = inner.name
        self.templates = inner.templates
        self.surroundings = inner.surroundings
        self.find = inner.find
        self.cancel = inner.cancel

    async def launch(
        self,
        spent: Spent,
        template: JobTemplate,
        parameters: tuple[tuple[str, tuple[str, ...]], ...],
        timeout_seconds: float,
    ) -> None:
        self._invariants.launch_called(spent.warrant)
        await self._inner.launch(spent, template, parameters, timeout_seconds)
