"""What a kill switch stops: everything, a pillar, a server class, or a runbook."""

import re
from dataclasses import dataclass
from enum import StrEnum

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class ScopeKind(StrEnum):
    """How far an engagement reaches."""

    ALL = "all"
    PILLAR = "pillar"
    SERVER_CLASS = "class"
    RUNBOOK = "runbook"


class Pillar(StrEnum):
    """The pillars that act."""

    INCIDENTS = "incidents"
    PATCHING = "patching"


class UnknownScope(ValueError):
    """A scope is all, pillar:incidents, pillar:patching, class:NAME or runbook:NAME."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True, kw_only=True)
class KillScope:
    """One scope; ``str`` writes it as it stands in the journal."""

    kind: ScopeKind
    name: str = ""

    def __str__(self) -> str:
        """``all`` or ``class:web``."""
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)

    def covers(self, *, runbook: str, server_class: str, pillar: Pillar) -> bool:
        """Whether it stops what this runbook would do on this class."""
        match self.kind:
            case ScopeKind.ALL:
                return True
            case ScopeKind.PILLAR:
                return self.name == pillar
            case ScopeKind.SERVER_CLASS:
                return self.name == server_class
            case ScopeKind.RUNBOOK:
                return self.name == runbook


EVERYTHING = KillScope(kind=ScopeKind.ALL)


def kill_scope(text: str) -> KillScope:
    """The scope that ``str`` wrote. Raises UnknownScope."""
    word, colon, name = text.partition(":")
    if text == ScopeKind.ALL:
        return EVERYTHING
    if word not in set(ScopeKind) or word == ScopeKind.ALL or not colon:
        raise UnknownScope
    if not _NAME.fullmatch(name) or (word == ScopeKind.PILLAR and name not in set(Pillar)):
        raise UnknownScope
    return KillScope(kind=ScopeKind(word), name=name)
