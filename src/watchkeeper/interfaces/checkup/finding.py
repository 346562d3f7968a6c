"""One line of a check-up."""

from dataclasses import dataclass
from enum import StrEnum


class Colour(StrEnum):
    """How bad it is."""

    GREEN = "green"
    YELLOW = "yellow"  # works, but somebody should know
    RED = "red"  # something will not work


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at, what was found, and how to mend it."""

    check: str
    colour: Colour
    found: str
    cure: str = ""


def green(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check=check, colour=Colour.GREEN, found=found)


def yellow(check: str, found: str, cure: str) -> Finding:
    """It works; somebody should know."""
    return Finding(check=check, colour=Colour.YELLOW, found=found, cure=cure)


def red(check: str, found: str, cure: str) -> Finding:
    """It does not work."""
    return Finding(check=check, colour=Colour.RED, found=found, cure=cure)
