#!/usr/bin/python
"""An ansible module: lets journald's archive shrink, where it lies on a given file system.

The oldest archived journals are deleted until the rest is small enough; the journal being written
is not touched. Where there is no journal, or it lies on another file system, nothing happens.
"""

from __future__ import annotations

import os
import re

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

DOCUMENTATION = r"""
module: vacuum_journal
short_description: lets journald's archive shrink, where it lies on a given file system
options:
  mount:
    description: the file system that needs space
    type: str
    required: true
  keep_megabytes:
    description: how much of the archive stays
    type: int
    required: true
  directories:
    description: where journald keeps journals
    type: list
    elements: str
    default: [/var/log/journal, /run/log/journal]
"""

DIRECTORIES = ["/var/log/journal", "/run/log/journal"]

_FREED = re.compile(r"freed (\S+) of archived journals")


def journals(mount: str, directories: list[str]) -> list[str]:
    """The journal directories that lie on the mounted file system."""
    device = os.stat(mount).st_dev  # noqa: PTH116
    return [
        each
        for each in directories
        if os.path.isdir(each) and os.stat(each).st_dev == device  # noqa: PTH112, PTH116
    ]


def freed(said: str) -> list[str]:
    """What journalctl says it freed, one amount a directory; nothing where it freed nothing."""
    return [amount for amount in _FREED.findall(said) if amount != "0B"]


def main() -> None:
    """Ansible's door."""
    module = AnsibleModule(
        argument_spec={
            "mount": {"type": "str", "required": True},
            "keep_megabytes": {"type": "int", "required": True},
            "directories": {"type": "list", "elements": "str", "default": DIRECTORIES},
        }
    )
    given = module.params
    try:
        found = journals(given["mount"], given["directories"])
    except OSError as error:
        module.fail_json(msg=f"{given['mount']}: {error.strerror}")
    program = module.get_bin_path("journalctl")
    if not (found and program):
        module.exit_json(changed=False, msg=f"no journal on {given['mount']}")
    amounts = []
    for directory in found:
        size = f"--vacuum-size={given['keep_megabytes']}M"
        _, said, noise = module.run_command(
            [program, "--directory", directory, size], check_rc=True
        )
        amounts += freed(said + noise)
    module.exit_json(changed=bool(amounts), msg=f"freed {', '.join(amounts) or 'nothing'}")


if __name__ == "__main__":
    main()
