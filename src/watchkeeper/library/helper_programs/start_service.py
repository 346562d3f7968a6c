#!/usr/bin/python
"""Starts a service of the init system, when it does not run."""

from __future__ import annotations

import os
import re

from ansible.module_utils.basic import AnsibleModule  # type: ignore[import-untyped]

UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@\\-]{0,255}")


def words(unit: str, verb: str) -> list[str]:
    """The command for it: systemd where systemd runs, else the init script."""
    if os.path.isdir("/run/systemd/system"):  # noqa: PTH112
        return ["systemctl", "is-active" if verb == "status" else verb, unit]
    return ["service", unit.removesuffix(".service"), verb]


def main() -> None:
    """The only door."""
    module = AnsibleModule(argument_spec={"unit": {"type": "str", "required": True}})
    unit = module.params["unit"]
    if not UNIT.fullmatch(unit):
        module.fail_json(msg=f"not a unit: {unit[:80]!r}")
    if module.run_command(words(unit, "status"))[0] == 0:
        module.exit_json(changed=False, msg=f"{unit} runs")
    module.run_command(words(unit, "start"), check_rc=True)
    module.exit_json(changed=True, msg=f"{unit} was started")


if __name__ == "__main__":
    main()
