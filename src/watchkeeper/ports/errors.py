"""How the world fails, as far as the core has to tell it apart."""

from watchkeeper.domain.appending import MayNotSay as MayNotSay
from watchkeeper.domain.appending import StaleRevision as StaleRevision


class SourceUnavailable(Exception):
    """A source could not be asked at all.

    ``word`` is one of: refused, timeout, denied, malformed, absent. The message says what and why,
    in one
    line, without secrets.
    """

    def __init__(self, source: str, word: str, message: str) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source
        self.word = word


class SchemaTooNew(Exception):
    """The journal was written by a newer version: this one must not touch it."""


class JournalLocked(Exception):
    """Another process holds this data directory."""


class JournalClosed(Exception):
    """This journal handle is closed or fenced; nothing was written."""


class JournalFailed(Exception):
    """The store behind the journal failed: full, locked or damaged.

    An append that raises it was not written; the next one may be.
    """


class TemplateRefused(Exception):
    """The template is not in the library, or its digest is another one; nothing was started."""


class LaunchFailed(Exception):
    """The job was certainly not started."""

    rule = "launch-failed"


class InventoryChanged(LaunchFailed):
    """The server is not reached as it was when the warrant was minted."""

    rule = "inventory-changed"


class SurroundingsChanged(LaunchFailed):
    """Ansible, its settings or its plugins are not those for which the warrant was minted."""

    rule = "altered"


class NoWayIn(LaunchFailed):
    """The server may not be reached: no login, no pinned host key, or no key for its class."""

    rule = "no-way-in"


class AlreadyLaunched(Exception):
    """This warrant has had its one launch: ask find what became of it, and start nothing."""
