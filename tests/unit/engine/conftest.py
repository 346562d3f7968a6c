from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog

Log = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    """What was logged, for stories in which something fails; nothing on the screen."""
    with structlog.testing.capture_logs() as told:
        yield told
