"""``watchkeeper demo``: the whole loop on a pretend estate."""

import importlib

from watchkeeper.interfaces.cli.answer import Answer, ExitCode
from watchkeeper.interfaces.cli.verb import Session

THE_DEMO = "watchkeeper.lab.demo"  # by name: neither room leans on the other


def demo(session: Session) -> Answer:
    """See the whole loop in under a minute: no keys, nothing touched but the data directory."""
    told = importlib.import_module(THE_DEMO).told(session.data_dir)
    return Answer(body=None, exit_code=ExitCode.OK if told else ExitCode.FINDING)
