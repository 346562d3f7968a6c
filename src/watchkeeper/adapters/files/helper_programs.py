"""The helpers that root runs on other servers: one file each, which needs nothing but Python.

A helper is the library's own module with another door: the same code acts on this host and there.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from watchkeeper.adapters.files.playbooks import SHIPPED, FilePlaybooks

DOOR = SHIPPED.parent / "helper_programs" / "door.py"

_ANSIBLE = re.compile(r"^from ansible\..*\n", re.MULTILINE)
_FUTURE = "from __future__ import annotations\n"


def helpers() -> Mapping[str, str]:
    """The text of every helper, by name. Raises FileRefused."""
    names = {book.helper for book in FilePlaybooks().read() if book.helper}
    return {name: helper_text(name) for name in sorted(names)}


def helper_text(name: str) -> str:
    """One helper: the door, then the module, whose door to ansible is left out."""
    own = DOOR.parent / f"{name}.py"
    source = own if own.exists() else SHIPPED / "library" / f"{name}.py"
    module = _ANSIBLE.sub("", source.read_text(encoding="utf-8")).replace(_FUTURE, "")
    return f"{DOOR.read_text(encoding='utf-8')}\n\n{module}"


def write_helpers(directory: Path) -> tuple[Path, ...]:
    """Write them all into a directory, each executable and only its owner's to change."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in helpers().items():
        path = directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        written.append(path)
    return tuple(written)
