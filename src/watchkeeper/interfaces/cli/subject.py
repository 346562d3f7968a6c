"""The estate and the runbooks as the command line reads them, for whoever is asked to approve."""

import asyncio

from watchkeeper.bootstrap.estate_in_force import reconciled_estate
from watchkeeper.bootstrap.library import runbooks_of
from watchkeeper.interfaces.cli.verb import Session
from watchkeeper.interfaces.views.subject import Subject
from watchkeeper.knowledge.estate import EstateGraph


def subject_of(session: Session) -> Subject | None:
    """What an approval is about; None where the configuration cannot be read."""
    try:
        settings = session.settings()
        known = asyncio.run(runbooks_of(settings).runbooks())
        estate = EstateGraph(asyncio.run(reconciled_estate(settings)).estate)
    except (ValueError, OSError):  # of a file that cannot be used: the journal's part is shown
        return None
    return Subject(estate=estate, runbooks={runbook.id: runbook for runbook in known})
