"""What sudo really allows on a server, against what it should."""

import re
from dataclasses import dataclass

from watchkeeper.knowledge.permitted_commands import HELPERS, Permitted

_RIGHT = re.compile(r"^\s+\(([^)]*)\)\s+(.*\S)\s*$")
_OURS = "NOPASSWD: "


@dataclass(frozen=True, kw_only=True)
class SudoRights:
    """Rights beyond the generated file, and commands of it that are not allowed."""

    extra: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def everything(self) -> bool:
        """Whether root is to be had without a password."""
        return any(right.endswith(f"{_OURS}ALL") for right in self.extra)


def sudo_rights(said: str, permitted: Permitted) -> SudoRights:
    """From what ``sudo -n -l`` prints there: one right a line, as ``(user) TAG: command``."""
    found = [match.groups() for line in said.splitlines() if (match := _RIGHT.match(line))]
    given = {(user, command) for user, commands in found for command in commands.split(", ")}
    wanted = {
        ("root", f"{_OURS}{HELPERS}/{each.helper} {' '.join(each.words)}")
        for each in permitted.commands
    }
    plain = {(user, command.replace("\\", "")) for user, command in given}
    return SudoRights(
        extra=tuple(sorted(f"({user}) {command}" for user, command in plain - wanted)),
        missing=tuple(sorted(command.removeprefix(_OURS) for _, command in wanted - plain)),
    )
