"""Which log lines speak of trouble, and of whose."""

import re
from urllib.parse import urlsplit

from watchkeeper.domain.estate import Service

_TROUBLE = re.compile(
    r"\b(error|err|crit|critical|emerg|alert|fatal|panic|fail(?:ed|ure)?|refused|timed? ?out|"
    r"unavailable|exception|traceback|denied|cannot|no space left|out of memory|killed)\b",
    re.IGNORECASE,
)


def is_error(text: str) -> bool:
    """Whether a line says that something is wrong."""
    return _TROUBLE.search(text) is not None


def mentions(text: str, service: Service | None) -> bool:
    """Whether a line names a service: by its name, its unit, or the host and port of its probe."""
    if service is None:
        return False
    address = urlsplit(service.probe).netloc
    names = [name for name in (service.name, service.unit, address) if len(name) > 2]
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)
