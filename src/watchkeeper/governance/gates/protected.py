"""Is it one of the things that Watchkeeper, and whoever watches it, stands on?"""

import posixpath
import re
from collections.abc import Iterator

from watchkeeper.domain.action import Action
from watchkeeper.domain.verdict import Verdict, needs_person, permitted
from watchkeeper.governance.context import Context
from watchkeeper.governance.limits import OWN_UNITS, PROTECTED_PACKAGES

RULE = "protected"
_PACKAGES = "packages"  # the parameter with every package that changes, the transitive ones too
_MOUNT = "mount"  # the parameter that names where space is wanted: nothing is done to it


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
    named = {value for name, values in action.parameters if name != _MOUNT for value in values}
    if any(_unit(value) in OWN_UNITS for value in named):
        yield "it names a unit of Watchkeeper"
    if any(_meet(value, place) for value in named for place in context.own_places):
        yield "it names a place of Watchkeeper"
    changed = {v for name, values in action.parameters if name == _PACKAGES for v in values}
    needed = {found for each in changed if (found := _protected_package(each))}
    if needed:
        yield f"it changes {', '.join(sorted(needed))}"
    if action.server == context.own_server and not graph.estate.single_host:
        yield "this is Watchkeeper's own host"


def _unit(value: str) -> str:
    """The unit that a value may name, without what kind or which instance of it."""
    return re.split(r"[.@]", value.casefold(), maxsplit=1)[0]


def _meet(value: str, place: str) -> bool:
    """Whether a path lies in a place, or the place in it, however it is written."""
    if not value.startswith("/"):
        return False
    path = posixpath.normpath(value).replace("//", "/")
    return _within(path, place) or _within(place, path)


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place.rstrip('/')}/")


def _protected_package(value: str) -> str:
    """The protected package that this is (a part of), whatever its version and architecture."""
    name = re.split(r"[^a-z0-9.+-]", value.casefold(), maxsplit=1)[0]
    families = (
        each for each in PROTECTED_PACKAGES if re.match(rf"{re.escape(each)}(?![a-z])", name)
    )
    return next(iter(sorted(families, key=len, reverse=True)), "")
