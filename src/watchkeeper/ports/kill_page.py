"""The kill page: a file that stops everything, even when nothing else can be written."""

from typing import Protocol


class KillPage(Protocol):
    """A latch outside the journal.

    Whoever can write the file can stop, nobody releases by deleting it.
    """

    def engaged(self) -> bool:
        """Whether it says stop. A page that cannot be read says stop."""

    def engage(self) -> None:
        """Say stop, in place."""

    def release(self) -> None:
        """Say go; only after the release is in the journal."""
