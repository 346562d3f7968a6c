"""Watchkeeper as its user has it: a process of its own, spoken to through its command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.rig import processes
from tests.acceptance.rig.program import Program, free_port
from tests.acceptance.rig.waiting import until

WRAPPER = "watchkeeper.adapters.ansible.wrapper"
RUNBOOK = "restart-dead-service"
SETTLED = frozenset({"closed", "escalated"})

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What a verb answered."""

    exit_code: int
    output: str
    errors: str

    @property
    def body(self) -> Any:
        return json.loads(self.output)


class Watchkeeper:
    """One installation: its configuration, its data directory, and the process while it runs."""

    def __init__(self, folder: Path, data_dir: Path | None = None) -> None:
        self.folder = folder
        self.data_dir = data_dir or folder / "data"
        self.listen = f"127.0.0.1:{free_port()}"
        self.configuration = folder / "watchkeeper.yaml"
        # The data directory in the environment marks every process that comes of this one.
        self._environment = {
            "WATCHKEEPER_DATA_DIR": str(self.data_dir),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin:/sbin",
        }
        self.program = Program(
            [
                *(sys.executable, "-m", "watchkeeper", "up"),
                *("--config", str(self.configuration), "--data-dir", str(self.data_dir)),
            ],
            log=folder / "watchkeeper.log",
            ready_at=f"http://{self.listen}/readyz",
            environment=self._environment,
        )

    @property
    def alertmanager_webhook(self) -> str:
        return f"http://{self.listen}/api/v1/webhooks/alertmanager"

    # ── its life ──

    def start(self) -> None:
        self.program.start(within=30)

    def stop(self) -> None:
        self.program.stop(within=20)

    def kill(self) -> None:
        """kill -9: no farewell, and what it started lives on."""
        self.program.kill()

    def end_leftovers(self) -> None:
        """Whatever this installation started and left: wrappers and their ansible."""
        for pid in self._descendants():
            processes.kill(pid)

    def wrappers(self) -> list[int]:
        """The detached wrappers of this installation that are alive."""
        return [pid for pid in self._descendants() if WRAPPER in processes.command_line(pid)]

    def _descendants(self) -> list[int]:
        return [
            pid
            for pid in processes.pids()
            if processes.is_alive(pid)
            and any(word in processes.command_line(pid) for word in ("watchkeeper", "ansible"))
            and str(self.data_dir) in processes.environment(pid) + processes.command_line(pid)
        ]

    # ── its verbs ──

    def speak(self, *verb: str, data_dir: Path | None = None) -> Spoken:
        """Runs one verb as a process of its own."""
        answered = subprocess.run(
            [
                *(sys.executable, "-m", "watchkeeper", *verb),
                *("--data-dir", str(data_dir or self.data_dir), "--output", "json"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env=os.environ | self._environment,
        )
        return Spoken(exit_code=answered.returncode, output=answered.stdout, errors=answered.stderr)

    def do(self, *verb: str) -> Any:
        """Runs a verb that must succeed; its answer, parsed."""
        spoken = self.speak(*verb)
        assert spoken.exit_code == 0, f"{verb} failed: {spoken.errors or spoken.output}"
        return spoken.body if spoken.output.strip() else None

    def grant(self, runbook: str = RUNBOOK, server_class: str = "web") -> None:
        self.do("policies", "grant", runbook, server_class, "act-and-notify")

    def incidents(self) -> list[Json]:
        listed: list[Json] = self.do("incidents", "list")
        return listed

    def incident(self, identifier: str) -> Json:
        shown: Json = self.do("incidents", "show", identifier)
        return shown

    def approvals(self) -> list[Json]:
        listed: list[Json] = self.do("approvals", "list")
        return listed

    def actions(self) -> list[Json]:
        """Every action of every incident."""
        return [action for incident in self.incidents() for action in incident["actions"]]

    def verify(self, data_dir: Path | None = None) -> tuple[bool, Json]:
        """Whether `audit verify` exits well, and what it says."""
        spoken = self.speak("audit", "verify", data_dir=data_dir)
        report: Json = spoken.body
        return spoken.exit_code == 0, report

    # ── waiting for it ──

    def until_incident(self, *phases: str, within: float, about: str | None = None) -> Json:
        """The first incident in one of the phases (whose cause is that item, when one is named)."""

        def look() -> Json | None:
            return next(
                (
                    incident
                    for incident in self.incidents()
                    if incident["phase"] in phases and (about is None or cause(incident) == about)
                ),
                None,
            )

        what = f"an incident {' or '.join(phases)}" + (f" about {about}" if about else "")
        return until(look, within=within, what=what, every=1)

    def until_settled(self, *, within: float) -> list[Json]:
        """Every incident closed or escalated, and at least one there."""

        def look() -> list[Json] | None:
            found = self.incidents()
            return found if all(each["phase"] in SETTLED for each in found) else None

        return until(look, within=within, what="every incident closed or escalated", every=1)

    def until_approval(self, *, within: float) -> Json:
        return until(lambda: self.approvals(), within=within, what="an approval asked", every=1)[0]

    def until_wrapper(self, *, within: float) -> int:
        return until(self.wrappers, within=within, what="a detached wrapper", every=0.05)[0]

    def account(self) -> str:
        """Everything worth reading when a story went wrong."""
        parts = [f"── its log\n{self.program.log_tail()}"]
        for verb in (("incidents", "list"), ("alerts", "list"), ("approvals", "list")):
            spoken = self.speak(*verb)
            parts.append(f"── {' '.join(verb)}\n{spoken.output}{spoken.errors}")
        return "\n".join(parts)


def cause(incident: Json) -> str | None:
    """The item that an incident's diagnosis names."""
    return incident["cause"]["item"] if incident["cause"] else None
