"""The README's table of integrations, generated from the marks on the tests.

`python -m tests.integrations` writes it anew; a test holds the README to it.
"""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- integrations: generated -->", "<!-- /integrations -->"

_MARK = re.compile(r"mark\.(live|recorded)\(\"([^\"]+)\"\)")

WHAT = {
    "prometheus": "metrics by its query API, node_exporter and blackbox_exporter naming",
    "victoriametrics": "the same query API",
    "alertmanager": "alerts in, by webhook version 4",
    "ansible": "runbook steps on this host, in a detached wrapper",
    "host": "this host's own counters, processes, probes",
    "log files": "log files of this host",
    "journald": "messages of a unit",
    "nginx": "the services that the acceptance stories kill",
    "promtool": "the meaning of every query",
}


def table() -> str:
    """One row a system: run live when any test runs against the real one."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for how, system in _MARK.findall(path.read_text(encoding="utf-8")):
            found[system].add(how)
    rows = [f"| {name} | {WHAT[name]} | {_state(found[name])} |" for name in sorted(found)]
    return "\n".join(["| system | for | state |", "|---|---|---|", *rows])


def _state(how: set[str]) -> str:
    return "run live in the tests" if "live" in how else "contract-tested, never run live"


def current(readme: str) -> str:
    """The README with today's table between its two marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")
