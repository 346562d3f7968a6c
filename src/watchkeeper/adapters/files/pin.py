"""``python -m watchkeeper.adapters.files.pin [DIRECTORY]``: write down reviewed digests."""

import sys
from pathlib import Path

from watchkeeper.adapters.files.playbooks import DIGESTS, SHIPPED, FilePlaybooks
from watchkeeper.adapters.files.yaml_text import FileRefused


def main(arguments: list[str]) -> int:
    """Write ``digests.json`` of the shipped or the given playbook directory; 1: a file is wrong."""
    library = FilePlaybooks(Path(arguments[0]) if arguments else SHIPPED)
    try:
        text = library.digests()
    except FileRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (library.directory / DIGESTS).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
