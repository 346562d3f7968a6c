"""What an approval is about besides the journal: the estate and the runbooks in force."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchkeeper.domain.runbook import Runbook
from watchkeeper.knowledge.estate import EstateGraph


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The world that an approver is shown."""

    estate: EstateGraph
    runbooks: Mapping[str, Runbook]
