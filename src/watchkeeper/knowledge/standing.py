"""What is known at the moment: the estate and the runbooks, replaced whole at a reload."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from watchkeeper.domain.estate import Estate
from watchkeeper.domain.runbook import Runbook
from watchkeeper.knowledge.estate import EstateGraph


@dataclass
class Knowledge:
    """The estate's graph and the runbook library, as of the last load."""

    graph: EstateGraph = field(default_factory=lambda: EstateGraph(Estate()))
    library: dict[str, Runbook] = field(default_factory=dict)

    def estate(self) -> EstateGraph:
        """The estate as a graph."""
        return self.graph

    def runbooks(self) -> dict[str, Runbook]:
        """The runbooks, by id."""
        return self.library

    def learn(self, estate: Estate, runbooks: Iterable[Runbook]) -> None:
        """Replace both."""
        self.graph = EstateGraph(estate)
        self.library = {runbook.id: runbook for runbook in runbooks}
