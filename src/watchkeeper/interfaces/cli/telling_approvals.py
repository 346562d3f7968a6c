"""An action told to whoever is asked about it: exactly what would run, and all that speaks."""

from collections.abc import Iterable, Mapping

from watchkeeper.interfaces.cli.telling import Said, View, gates_told, views_of


def action_told(view: View) -> Said:
    """An action: what would run where, on what grounds, and what every gate says."""
    parameters = _mapping(view["parameters"])
    values = ", ".join(f"{name}={_joined(each)}" for name, each in parameters.items())
    return (
        f"{view['id']}  {view['phase']}",
        f"{view['runbook']} / {view['step']} on {view['target']} ({view['server']}"
        f"{_at(view)}, class {view['server_class']})",
        f"runs {view['template']} ({view['verb']}) with {values or 'nothing'}",
        f"confidence {view['confidence']}, digest {view['digest']}, expires {view['expires_at']}",
        *_question(_mapping(view["question"])),
        *_radius(_mapping(view.get("blast_radius"))),
        *_grounds(view),
        *_steps(views_of(view.get("steps"))),
        gates_told(views_of(view["gates"])),
    )


def _at(view: View) -> str:
    return f" at {view['address']}" if view.get("address") else ""


def _question(question: View) -> Iterable[str]:
    """Who has to say yes; what the question is bound to."""
    if question["single_person"]:
        yield "of high risk, and nobody else may approve: it takes --reason, after 60 seconds"
    elif question["needed"] != 1:
        yes = _joined(question["yes"]) or "nobody yet"
        yield f"of high risk: {question['needed']} persons have to say yes; so far {yes}"
    if question["barred"]:
        yield f"not to be answered by {_joined(question['barred'])}: they let it come about"
    bound = ", ".join(f"{k}={v}" for k, v in _mapping(question["bound_to"]).items() if v)
    if bound:
        yield f"asked again when this changes: {bound}"


def _radius(radius: View) -> Iterable[str]:
    if radius:
        needing = _joined(radius["depend_on_it"]) or "nothing"
        yield f"touches {_joined(radius['touches']) or 'no service'}; {needing} depends on it"


def _grounds(view: View) -> Iterable[str]:
    """How sure it is and why, and what else it could be."""
    parts = _mapping(view["confidence_parts"])
    if parts:
        yield "because " + ", ".join(f"{name} {value}" for name, value in parts.items())
    cited = [*map(str, _list(view["evidence"]))]
    cited += [
        f"{each['check']} (entry {each['entry']})" for each in views_of(view["preconditions"])
    ]
    if cited:
        yield f"evidence: {', '.join(cited)}"
    for each in views_of(view["alternatives"]):
        yield f"it could also be {each['type']} of {each['cause']} (score {each['score']})"


def _steps(steps: list[View]) -> Iterable[str]:
    """Every step of the run; the one that is asked about is marked."""
    for step in steps:
        mark = "→" if step["this_one"] else " "
        undone = f"; undone by: {step['undone_by']}" if step["undone_by"] else ""
        yield f"{mark} {step['id']}: {step['runs']}{undone}"


def _joined(values: object) -> str:
    return ",".join(map(str, values)) if isinstance(values, list) else str(values)


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
