"""What ansible-runner tells while a play runs: counted, masked, and written down step by step."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from watchkeeper.adapters.ansible.ending import failed, unreachable
from watchkeeper.adapters.ansible.job_directory import JobDirectory
from watchkeeper.domain.job_end import JobEnd
from watchkeeper.domain.masking import masked

OUTPUT_LIMIT = 1_048_576  # characters that one job may say; the rest is cut, and that is said
LONGEST_PIECE = 4 * OUTPUT_LIMIT  # characters of one piece that are looked at at all

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Tally:
    """One job's counts, over tasks and hosts, and its output.

    Counts are those of ansible's own recap when it came, else of the tasks told so far.
    """

    def __init__(self, job: JobDirectory) -> None:
        self.changed = 0
        self.failed = 0
        self.unreachable = 0
        self.tasks_begun = 0
        self._end = JobEnd.FAILED
        self._said = 0
        self._output = _appending(job.output)
        self._events = _appending(job.events)

    def take(self, event: Mapping[str, Any]) -> None:
        """One event of ansible-runner."""
        kind = str(event.get("event", ""))
        data = event.get("event_data") or {}
        match kind:
            case "playbook_on_task_start" | "playbook_on_handler_task_start":
                self.tasks_begun += 1
            case "runner_on_ok":
                self.changed += bool(_answer(data).get("changed"))
            case "runner_on_failed":
                self._failed(data)
            case "runner_on_unreachable":
                self.unreachable += 1
                self._end = unreachable(_answer(data))
            case "playbook_on_stats":
                self._recap(data)
        self._write_down(kind, data, event)

    @property
    def end(self) -> JobEnd:
        """Why the play did not succeed, in one word."""
        return JobEnd.PARTLY if self.changed and self._end is JobEnd.FAILED else self._end

    def say(self, text: str) -> None:
        """One more piece of output."""
        room = OUTPUT_LIMIT - self._said
        if room <= 0 or not text:
            return
        text = masked(_COLOURS.sub("", text[:LONGEST_PIECE]).replace("\r\n", "\n"))
        self._said += len(text)
        if len(text) > room:
            text = text[:room] + "\n[cut: it said too much]"
        self._output.write(text + "\n")
        self._output.flush()

    def conclude(self, text: str) -> None:
        """What Watchkeeper itself has to say about the job, however much was said before."""
        self._output.write(f"Watchkeeper: {text}\n")

    def close(self) -> None:
        """Nothing more will be said."""
        self._output.close()
        self._events.close()

    def _failed(self, data: Mapping[str, Any]) -> None:
        if data.get("ignore_errors"):
            return
        self.failed += 1
        self._end = failed(_answer(data))

    def _recap(self, data: Mapping[str, Any]) -> None:
        self.changed = _total(data, "changed")
        self.failed = _total(data, "failures")
        self.unreachable = _total(data, "dark")

    def _write_down(self, kind: str, data: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        line = {
            "event": kind,
            "at": event.get("created"),
            "task": data.get("task"),
            "host": data.get("host"),
        }
        self._events.write(json.dumps({key: value for key, value in line.items() if value}) + "\n")
        self._events.flush()
        self.say(str(event.get("stdout") or ""))


def _answer(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the module answered, whatever shape a server gave it."""
    result = data.get("res")
    return result if isinstance(result, Mapping) else {}


def _total(data: Mapping[str, Any], word: str) -> int:
    counts = data.get(word)
    return sum(counts.values()) if isinstance(counts, Mapping) else 0


def _appending(path: Path) -> TextIO:
    return path.open("a", encoding="utf-8", errors="replace")
