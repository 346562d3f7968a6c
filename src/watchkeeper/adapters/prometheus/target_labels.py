"""What the labels of a target say of its server: foreign text, taken only where it is sound."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from watchkeeper.adapters.wire.text import one_line
from watchkeeper.domain.drift import Drift, DriftKind
from watchkeeper.domain.estate import ITEM_NAME, Criticality, Exposure, Server
from watchkeeper.domain.telling import Claim

SHOWN_LIMIT = 80  # characters of a foreign value that are repeated
OWNER_LIMIT = 255

_NAME = re.compile(ITEM_NAME.removesuffix("$"))


@dataclass(frozen=True, kw_only=True)
class TargetLabels:
    """Which label says what; an empty one says nothing."""

    name: str = ""
    says: Mapping[str, str] = field(default_factory=dict)  # a Server's field → the label

    def named(self, labels: Mapping[str, str]) -> str:
        """What the server is called; empty where no label says it in a way that can be taken."""
        said = labels.get(self.name, "") if self.name else ""
        return said if _NAME.fullmatch(said) else ""

    def claim(self, labels: Mapping[str, str]) -> Claim[Server]:
        """What sound labels say. The server's name is not among it."""
        said = {
            to: value
            for to, label in self.says.items()
            if (text := labels.get(label, "")) and (value := _READ[to](text)) is not None
        }
        return Claim(item=replace(Server(name=""), **said), said=frozenset(said))

    def troubles(self, source: str, instance: str, labels: Mapping[str, str]) -> Iterator[Drift]:
        """Labels that say something that cannot be taken."""
        if self.name and labels.get(self.name) and not self.named(labels):
            yield _unusable(source, instance, "name", self.name, labels[self.name])
        for to, label in self.says.items():
            text = labels.get(label, "")
            if text and _READ[to](text) is None:
                yield _unusable(source, instance, to, label, text)


def _unusable(source: str, instance: str, to: str, label: str, text: str) -> Drift:
    shown = one_line(text, SHOWN_LIMIT)
    return Drift(
        kind=DriftKind.UNUSABLE,
        item=instance,
        field=to,
        words=f"label {label} says {shown!r}, which is no {to}",
        sources=(source,),
    )


def _class(text: str) -> str | None:
    return text if _NAME.fullmatch(text) else None


def _exposure(text: str) -> Exposure | None:
    return Exposure(text) if text in list(Exposure) else None


def _criticality(text: str) -> Criticality | None:
    return Criticality(text) if text in list(Criticality) else None


def _owner(text: str) -> str | None:
    return text if text == one_line(text, OWNER_LIMIT) and text.isprintable() else None


_READ: Mapping[str, Callable[[str], Any]] = {
    "server_class": _class,
    "exposure": _exposure,
    "criticality": _criticality,
    "owner": _owner,
}
