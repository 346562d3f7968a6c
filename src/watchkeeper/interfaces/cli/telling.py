"""Views told to people: what matters first, in words and tables."""

from collections.abc import Iterable, Mapping, Sequence

from watchkeeper.domain.runbook import Precondition, Runbook
from watchkeeper.interfaces.cli.answer import Rows

View = Mapping[str, object]
Said = Sequence[str | Rows]

_TIMELINE_OWN = {"position", "at", "kind", "actor", "stream", "cause"}
LONGEST = 160  # characters of what an entry says, in one line


def incident_told(view: View) -> Said:
    """An incident: head, actions, timeline, post-mortem."""
    cause = view["cause"]
    head = [
        f"{view['id']}  {view['severity'] or 'not triaged'}  {view['phase']}",
        str(view["title"]),
        f"opened {view['opened_at']}, closed {view['closed_at'] or 'not yet'}",
    ]
    if isinstance(cause, Mapping):
        head.append(f"cause: {cause['item']} (confidence {cause['confidence']})")
    if view["escalation"]:
        head.append(f"handed to a person: {view['escalation']}")
    actions = [
        (a["id"], a["runbook"], a["step"], a["target"], a["phase"])
        for a in views_of(view["actions"])
    ]
    table = Rows(columns=("action", "runbook", "step", "target", "phase"), rows=actions,
                 none="no actions")  # fmt: skip
    return (*head, table, timeline_told(view), str(view["post_mortem"] or ""))


def alert_told(view: View) -> Said:
    """An alert: head, anomalies, timeline, the text beside it."""
    anomalies = [
        (a["metric"], a["part"], a["kind"], a["rule"], a["value"], a["limit"])
        for a in views_of(view["anomalies"])
    ]
    columns = ("metric", "part", "kind", "rule", "value", "limit")
    return (
        f"{view['fingerprint']}  {view['severity']}  {'active' if view['active'] else 'over'}",
        f"{view['server']}, told by {view['source']} since {view['started_at']}",
        Rows(columns=columns, rows=anomalies, none="nothing is wrong any more"),
        timeline_told(view),
        str(view["details"] or ""),
    )


def walks_told(view: View) -> Said:
    """Every walk of the gates."""
    said: list[str | Rows] = []
    for walk in views_of(view["walks"]):
        notify = ", and says so" if walk["notify"] else ""
        said.append(f"{walk['at']} at {walk['when']}: {walk['ruling']}{notify}")
        said.append(gates_told(views_of(walk["gates"])))
    return said or ("it was not judged yet",)


def runbook_told(runbook: Runbook) -> Said:
    """A runbook: what it is for, its steps, its prose."""
    rows = [
        (
            step.id,
            step.check or (step.template.name if step.template else ""),
            step.verb if step.template else "",  # a check costs nothing
            step.title,
        )
        for step in runbook.steps
    ]
    return (
        f"{runbook.id} (version {runbook.version}): {runbook.title}",
        f"for {', '.join(runbook.incident_types)}; on a {runbook.applies_to}",
        f"only if: {', '.join(_condition(each) for each in runbook.preconditions) or 'always'}",
        Rows(columns=("step", "runs", "verb", "what"), rows=rows),
        f"verified by: {', '.join(runbook.verification)}",
        runbook.prose,
    )


def _condition(wanted: Precondition) -> str:
    fresh = wanted.fresh_seconds
    return wanted.check + (f" (at most {fresh:g} s old)" if fresh else "")


def plain_told(view: View) -> Said:
    """Every small field of a view, one a line."""
    return tuple(
        f"{key}: {value}" for key, value in view.items() if not isinstance(value, (Mapping, list))
    )


def timeline_told(view: View) -> Rows:
    """A timeline as a table: what each entry says, with its free texts shortened."""
    texts = view.get("texts")
    known = texts if isinstance(texts, Mapping) else {}
    rows = [
        (e["position"], e["at"], e["kind"], e["actor"], _gist(e, known))
        for e in views_of(view["timeline"])
    ]
    return Rows(columns=("#", "at", "what", "who", "says"), rows=rows)


def gates_told(gates: Iterable[View]) -> Rows:
    """What every gate says."""
    rows = [(gate["rule"], gate["ruling"], gate["reason"], _saw(gate["saw"])) for gate in gates]
    return Rows(columns=("gate", "says", "because", "saw"), rows=rows, none="not judged yet")


def _saw(saw: object) -> str:
    return ", ".join(f"{k}={v}" for k, v in saw.items()) if isinstance(saw, Mapping) else ""


def _gist(entry: View, texts: Mapping[str, object]) -> str:
    """The small fields of an entry in one line."""
    told = []
    for key, value in entry.items():
        if key in _TIMELINE_OWN or value in ("", None, [], {}):
            continue
        text = str(texts.get(str(value), value))
        if not isinstance(value, (Mapping, list)):
            told.append(f"{key}={' '.join(text.split())}")
    line = " ".join(told)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def views_of(found: object) -> list[View]:
    """The views in a list; nothing where it is something else."""
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
