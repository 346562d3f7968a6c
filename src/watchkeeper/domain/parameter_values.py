"""What a parameter's value must look like, by type: never free text, never a template."""

import posixpath
import re

from watchkeeper.domain.runbook import ParameterType

PATHS_LIMIT = 100  # files that one step may name

_NAME = r"[A-Za-z0-9_][A-Za-z0-9@._-]{0,63}"
_PATH = r"/(?!/)[A-Za-z0-9@._+:,=~%/-]{0,1023}"
_PATTERNS: dict[ParameterType, re.Pattern[str]] = {
    ParameterType.UNIT: re.compile(_NAME),
    ParameterType.PROCESS: re.compile(_NAME),
    ParameterType.PATH: re.compile(_PATH),
    ParameterType.PATHS: re.compile(_PATH),
    ParameterType.MOUNT: re.compile(_PATH),
}


class ValueRefused(ValueError):
    """A parameter's value does not look like its type."""


def checked(name: str, kind: ParameterType, values: tuple[str, ...]) -> tuple[str, ...]:
    """The same values, or ValueRefused: exactly one, or 1 to 100 where the type is ``paths``."""
    most = PATHS_LIMIT if kind is ParameterType.PATHS else 1
    if not 1 <= len(values) <= most:
        raise ValueRefused(f"{name}: {len(values)} values where {kind} takes 1 to {most}")
    for value in values:
        _check(name, kind, value)
    return values


def _check(name: str, kind: ParameterType, value: str) -> None:
    if not _PATTERNS[kind].fullmatch(value):
        raise ValueRefused(f"{name}: not a {kind}: {value[:80]!r}")
    if value.startswith("/") and posixpath.normpath(value) != value:
        raise ValueRefused(f"{name}: not a normalised path: {value[:80]!r}")
    if value == "/" and kind is not ParameterType.MOUNT:
        raise ValueRefused(f"{name}: the root directory is not a file")
