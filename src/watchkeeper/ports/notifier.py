"""Who is told when a person has to know: a record, which no gate ever holds back."""

from typing import Protocol

from watchkeeper.domain.effects import record
from watchkeeper.domain.notice import Notice


class Notifier(Protocol):
    """Takes messages to people."""

    @record
    async def notify(self, notice: Notice) -> None:
        """Deliver one message. The same one may come twice: its id tells.

        Raises SourceUnavailable; then it may or may not have arrived.
        """

    async def check(self) -> None:
        """Whether it could be told something now, without telling it. Raises SourceUnavailable."""
