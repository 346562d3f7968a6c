"""Signing what the authority permits, and telling it from what anybody else wrote."""

from typing import Protocol


class Seal(Protocol):
    """The authority's side: only its process can do this."""

    def sign(self, statement: str) -> str:
        """A signature over a statement, as text."""


class SealCheck(Protocol):
    """The executor's side: it can tell, and cannot sign."""

    def genuine(self, statement: str, signature: str) -> bool:
        """Whether exactly this statement was signed; never raises, whatever the signature is."""
