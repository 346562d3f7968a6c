"""Where Watchkeeper itself lies on its host: what no runbook may name without a person's word."""

import sys
from pathlib import Path

from watchkeeper.bootstrap.settings import Settings


def own_places(settings: Settings, data_dir: Path) -> tuple[str, ...]:
    """Its data and keys, its configuration, its runbooks and its own program."""
    named = (data_dir, settings.file, *settings.runbooks, _program())
    return tuple(sorted({str(place.resolve()) for place in named if place is not None}))


def _program() -> Path:
    """Its environment, where it has one of its own; else its package among those of the system."""
    own = sys.prefix != sys.base_prefix
    return Path(sys.prefix) if own else Path(__file__).parents[1]
