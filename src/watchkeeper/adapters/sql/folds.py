"""The folds of this program, and the mark under which it keeps the states that they make."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import msgspec

from watchkeeper.domain.entry import KINDS, AnyFold


@dataclass(frozen=True)
class Folds:
    """By prefix. A state that was kept under another mark may have been made by other rules."""

    by_prefix: Mapping[str, AnyFold]

    @cached_property
    def mark(self) -> str:
        """Which kinds this program reads, and which folds and shapes of states it has."""
        kinds = sorted(f"{kind} {body.schema}" for kind, body in KINDS.items())
        shapes = [
            (prefix, fold.version, msgspec.json.schema(fold.state))
            for prefix, fold in sorted(self.by_prefix.items())
        ]
        said = json.dumps([kinds, shapes], sort_keys=True)
        return sha256(said.encode()).hexdigest()[:16]
