"""Which runbook fits a cause, and the parameters it would run with.

Computed from the estate, never from text.
"""

from watchkeeper.domain.diagnosis import Hypothesis
from watchkeeper.domain.events.incidents import RunbookChosen
from watchkeeper.domain.runbook import ItemKind, Parameter, Runbook
from watchkeeper.knowledge.estate import EstateGraph


def chosen(
    hypothesis: Hypothesis, runbooks: dict[str, Runbook], estate: EstateGraph
) -> RunbookChosen | None:
    """The first runbook (by id) for this type of incident whose parameters the estate can fill.

    Or none.
    """
    for _, runbook in sorted(runbooks.items()):
        if hypothesis.incident_type not in runbook.incident_types:
            continue
        parameters = _parameters(runbook, hypothesis, estate)
        if parameters is not None:
            return RunbookChosen(
                runbook=runbook.id,
                runbook_digest=runbook.digest,
                target=hypothesis.cause,
                parameters=parameters,
            )
    return None


def _parameters(
    runbook: Runbook, hypothesis: Hypothesis, estate: EstateGraph
) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if (runbook.applies_to is ItemKind.SERVICE) != (hypothesis.cause in estate.services):
        return None
    filled: list[tuple[str, tuple[str, ...]]] = []
    for parameter in sorted(runbook.parameters, key=lambda p: p.name):
        values = _values(parameter, hypothesis, estate)
        if not values and not parameter.optional:
            return None
        filled.append((parameter.name, values))
    return tuple(filled)


def _values(parameter: Parameter, hypothesis: Hypothesis, estate: EstateGraph) -> tuple[str, ...]:
    service = estate.services.get(hypothesis.cause)
    match parameter.source:
        case "part":
            return (hypothesis.part,) if hypothesis.part else ()
        case "rotate":
            owners = (service,) if service else estate.services_on(hypothesis.cause)
            return tuple(path for owner in owners for path in owner.rotate)
        case "unit" | "process" | "pid_file" as name if service:
            value = {"unit": service.unit, "process": service.process, "pid_file": service.pid_file}
            return (value[name],) if value[name] else ()
        case _:
            return ()
