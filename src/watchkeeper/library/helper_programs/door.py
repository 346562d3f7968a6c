#!/usr/bin/python3 -I
"""A helper of Watchkeeper: root runs it through sudo, with exactly the words that sudoers allows.

Its words are name=value. It prints one word, changed or unchanged; the rest goes to stderr.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Any, NoReturn

LONGEST_VALUE = 4096
DIRECTORIES = "/usr/sbin:/usr/bin:/sbin:/bin"


class AnsibleModule:
    """As much of ansible's class as the modules here use, without ansible."""

    check_mode = False

    def __init__(self, argument_spec: dict[str, dict[str, Any]], **_: object) -> None:
        os.environ.clear()
        os.environ.update(PATH=DIRECTORIES, LANG="C.UTF-8")
        os.umask(0o022)
        self.params = {name: each.get("default") for name, each in argument_spec.items()}
        for word in sys.argv[1:]:
            name, _sign, value = word.partition("=")
            kind = argument_spec.get(name, {}).get("type")
            if kind != "str" or len(value) > LONGEST_VALUE or not value.isprintable():
                self.fail_json(msg=f"refused: {word[:80]!r}")
            self.params[name] = value
        for name, each in argument_spec.items():
            if each.get("required") and not self.params[name]:
                self.fail_json(msg=f"missing: {name}")

    def exit_json(self, *, changed: bool, msg: str = "", **_: object) -> NoReturn:
        """Say that it is done."""
        sys.stderr.write(f"{msg}\n")
        sys.stdout.write("changed\n" if changed else "unchanged\n")
        sys.exit(0)

    def fail_json(self, *, msg: str, **_: object) -> NoReturn:
        """Say that it is not."""
        sys.stderr.write(f"{msg}\n")
        sys.exit(1)

    def get_bin_path(self, name: str) -> str | None:
        """Where a program of the system lies."""
        return shutil.which(name, path=DIRECTORIES)

    def run_command(self, words: list[str], check_rc: bool = False) -> tuple[int, str, str]:
        """Run a program of the system, without a shell."""
        ended = subprocess.run(  # noqa: S603 every word is ours or was checked
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if check_rc and ended.returncode:
            self.fail_json(msg=(ended.stderr or ended.stdout).strip()[:1000])
        return ended.returncode, ended.stdout, ended.stderr
