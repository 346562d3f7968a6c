"""Names for new things."""

from typing import Protocol


class Identifiers(Protocol):
    """Where identifiers and salts come from."""

    def new(self) -> str:
        """26 characters (ULID.

        48 bits of milliseconds, 80 bits of randomness, Crockford base 32), sortable by time.
        """

    def salt(self) -> bytes:
        """16 unpredictable bytes."""
