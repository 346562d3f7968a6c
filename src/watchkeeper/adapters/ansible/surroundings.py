"""All that a job runs in besides its playbook: a warrant is bound to its digest."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from watchkeeper.adapters.ansible.settings_text import SETTINGS
from watchkeeper.adapters.wire.ssh_login import FIXED

CALLBACKS = Path(__file__).parent / "callbacks"


def surroundings() -> str:
    """SHA-256 over ansible's settings, ssh's options, the callbacks, and ansible's own code.

    Ansible's own code is its only collection: the path of others is empty. O(files), about 1,300.
    """
    whole = hashlib.sha256(f"{SETTINGS}\x00{' '.join(FIXED)}\n".encode())
    for root in (CALLBACKS, _ansible()):
        for path in sorted(root.rglob("*.py")):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{path.relative_to(root)}\x00{content}\n".encode())
    return whole.hexdigest()


def _ansible() -> Path:
    """Where ansible's code lies; found, not imported."""
    found = find_spec("ansible")
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise FileNotFoundError("ansible is not installed")
    return Path(places[0])
