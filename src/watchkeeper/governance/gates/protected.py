"""Is it one of the things that Watchkeeper, and whoever watches it, stands on?"""

from collections.abc import Iterator

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import OWN_UNITS, PROTECTED_PACKAGES

RULE = "protected"
_PACKAGES = "packages"  # the parameter with every package that changes, the transitive ones too


def protected(action: Action, context: Context) -> Verdict:
    """Never alone: Watchkeeper's own things, its host, and what it needs to see, judge and call.

    A person may still approve it. Other services of Watchkeeper's own host may be acted on where
    the estate says ``single_host: true``.
    """
    reason = next(_reasons(action, context), "")
    saw = {"target": action.target, "server": action.server}
    return needs_person(RULE, reason, **saw) if reason else permitted(RULE, "no", **saw)


def _reasons(action: Action, context: Context) -> Iterator[str]:
    """Why it is protected, if it is."""
    graph = context.estate
    for item in (action.target, action.server):
        role = graph.role_of(item)
        if role:
            yield f"{item} serves as {role}"
        if graph.protected(item):
            yield f"{item} is protected"
    named = {value for _, values in action.parameters for value in values}
    if any(unit.split(".")[0] in OWN_UNITS for unit in named):
        yield "it names a unit of Watchkeeper"
    if any(_within(value, place) for value in named for place in context.own_places):
        yield "it names a place of Watchkeeper"
    changed = {v for name, values in action.parameters if name == _PACKAGES for v in values}
    needed = changed.intersection(PROTECTED_PACKAGES)
    if needed:
        yield f"it changes {', '.join(sorted(needed))}"
    if action.server == context.own_server and not graph.estate.single_host:
        yield "this is Watchkeeper's own host"


def _within(value: str, place: str) -> bool:
    """Whether a path lies in a place, or holds it."""
    return value == place or value.startswith(f"{place}/")
