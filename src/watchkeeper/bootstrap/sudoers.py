"""The sudoers file of a class, from the estate and the runbooks in force; looked over by visudo."""

import shutil
import subprocess
from dataclasses import dataclass

from watchkeeper.adapters.files.helper_programs import write_helpers as write_helpers
from watchkeeper.adapters.files.playbooks import FilePlaybooks
from watchkeeper.bootstrap.library import shelf_of
from watchkeeper.bootstrap.settings import Settings
from watchkeeper.domain.estate import Estate
from watchkeeper.knowledge.estate import EstateGraph
from watchkeeper.knowledge.permitted_commands import Permitted, permitted
from watchkeeper.knowledge.sudoers import sudoers

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class NoSudoers(ValueError):
    """The file cannot be made. The message is one line: what is missing, and what to do."""


@dataclass(frozen=True, kw_only=True)
class SudoersFile:
    """The text, what it allows, and whether visudo has found it right (None: there is none)."""

    user: str
    text: str
    permitted: Permitted
    valid: bool | None


def sudoers_of(settings: Settings, estate: Estate, server_class: str, user: str) -> SudoersFile:
    """The file for a class; ``user`` empty: the one that the estate names. Raises NoSudoers."""
    graph = EstateGraph(estate)
    user = user or _user(graph, server_class)
    allowed = permitted(
        server_class, graph, shelf_of(settings).runbooks, FilePlaybooks().reviewed()
    )
    text = sudoers(server_class, user, allowed)
    return SudoersFile(user=user, text=text, permitted=allowed, valid=_valid(text))


def _user(graph: EstateGraph, server_class: str) -> str:
    users = {graph.servers[name].user for name in graph.servers_of_class(server_class)} - {""}
    if not users:
        raise NoSudoers(f"{server_class}: no server of this class has a user in the estate")
    if len(users) > 1:
        named = ", ".join(sorted(users))
        raise NoSudoers(f"{server_class}: its servers have several users ({named}); give --user")
    return users.pop()


def _valid(text: str) -> bool | None:
    visudo = shutil.which("visudo", path=SYSTEM_PATH)
    if visudo is None:
        return None
    ended = subprocess.run(
        [visudo, "-c", "-q", "-f", "-"], input=text, text=True, capture_output=True, check=False
    )
    return ended.returncode == 0
