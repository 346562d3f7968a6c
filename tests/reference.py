"""The generated parts of docs/reference, made from the code that they are about.

`python -m tests.reference` writes them anew; a test holds the pages to it. What people wrote around
a generated part stays.
"""

import ast
import asyncio
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from tests.unit.interfaces.standing import NOW, Installation
from watchkeeper.adapters.files import estate as estate_file
from watchkeeper.bootstrap import (
    agent_settings,
    estate_settings,
    heartbeat_settings,
    http_settings,
    people_settings,
    source_settings,
    ssh_settings,
    windows_settings,
)
from watchkeeper.bootstrap import settings as settings_file
from watchkeeper.bootstrap.running import EstateCounts
from watchkeeper.governance import limits as limits_file
from watchkeeper.governance.judging import GATES
from watchkeeper.interfaces.cli.tree import app
from watchkeeper.interfaces.http.application import application
from watchkeeper.interfaces.http.doors import Doors, doors_of
from watchkeeper.interfaces.http.metrics_text import MEANINGS, metrics_text
from watchkeeper.interfaces.http.sign_in import SignIn

PAGES = Path(__file__).parents[1] / "docs" / "reference"

SECTIONS = (
    source_settings,
    estate_settings,
    agent_settings,
    http_settings,
    heartbeat_settings,
    people_settings,
    ssh_settings,
    windows_settings,
)

Schema = Mapping[str, Any]
_WORD = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
}


def between(text: str, mark: str, content: str) -> str:
    """The text with this content between its marks ``<!-- mark: generated -->``."""
    begin, end = f"<!-- {mark}: generated -->", f"<!-- /{mark} -->"
    if begin not in text or end not in text:
        raise AssertionError(f"nowhere to write {mark}: {begin} … {end} is missing")
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n\n{content.strip()}\n\n{end}{rest.partition(end)[2]}"


def table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '∣') for cell in line)} |" for line in lines)


# ── the command line ──


def commands() -> str:
    """Every verb: what it is for, how it is called, what it takes."""
    return "\n\n".join(_verb(name, verb) for name, verb in _verbs("watchkeeper", get_command(app)))


def _verbs(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for word, below in getattr(command, "commands", {}).items():
        if hasattr(below, "commands"):
            yield from _verbs(f"{name} {word}", below)
        else:
            yield f"{name} {word}", below


def _verb(name: str, verb: Any) -> str:
    own = [each for each in verb.params if each.rich_help_panel != "Global"]
    arguments = [each for each in own if each.param_type_name == "argument"]
    options = [each for each in own if each.param_type_name == "option"]
    called = " ".join([name, *(_metavar(each) for each in arguments)])
    rows = [(f"`{_metavar(each)}`", each.help or "") for each in arguments if each.help]
    rows += [(f"`{_option(each)}`", _told(each)) for each in options]
    parts = [f"### `{called}`", " ".join(verb.help.split())]
    return "\n\n".join([*parts, table(("takes", "what"), rows)] if rows else parts)


def _metavar(argument: Any) -> str:
    return argument.metavar or str(argument.name).upper()


def _option(option: Any) -> str:
    return option.opts[0] if option.is_flag else f"{option.opts[0]} {_value(option)}"


def _value(option: Any) -> str:
    return option.metavar or ("N" if isinstance(option.default, int) else "TEXT")


def _told(option: Any) -> str:
    default = f" Default: {option.default}." if option.default not in (None, "", False) else ""
    return f"{option.help or ''}{default}"


# ── files that people write ──


def settings() -> str:
    """Every key of watchkeeper.yaml."""
    schema = settings_file.Settings.model_json_schema()
    meanings = _meanings(*SECTIONS, settings_file)
    parts = [_keys(schema, schema, meanings["Settings"])]
    for title, name in (
        ("sources, kind: host", "HostSource"),
        ("sources, kind: prometheus", "PrometheusSource"),
        ("estate_sources, kind: csv", "CsvEstate"),
        ("estate_sources, kind: prometheus", "PrometheusEstate"),
        ("monitoring", "Monitoring"),
        ("incidents", "Incidents"),
        ("ssh", "Ssh"),
        ("ssh.keys", "ActingKey"),
        ("ssh.look_keys", "LookingKey"),
        ("windows", "Windows"),
        ("http", "Http"),
        ("alert_sources", "AlertSource"),
        ("heartbeat", "Heartbeat"),
        ("notifications", "Notifications"),
        ("people", "Person"),
        ("approvals", "Approvals"),
    ):
        section = schema["$defs"][name]
        parts += [f"### {title}", section["description"], _keys(section, schema, meanings[name])]
    return "\n\n".join(parts)


def estate() -> str:
    """Every key of estate.yaml."""
    schema = estate_file.WrittenEstate.model_json_schema()
    meanings = _meanings(estate_file)
    parts = [_keys(schema, schema, meanings["WrittenEstate"])]
    for title, name in (("servers", "WrittenServer"), ("services", "WrittenService")):
        parts += [f"### {title}", _keys(schema["$defs"][name], schema, meanings[name])]
    return "\n\n".join(parts)


def _keys(section: Schema, whole: Schema, meanings: Mapping[str, str]) -> str:
    rows = [
        (f"`{key}`", _kind(value, whole), _default(key, value, section), meanings.get(key, ""))
        for key, value in section["properties"].items()
    ]
    return table(("key", "is", "default", "what"), rows)


def _kind(value: Schema, whole: Schema) -> str:
    """What may stand there, in words."""
    options = [each for each in value.get("anyOf", ()) if each.get("type") != "null"]
    if options:
        return _kind(options[0], whole)
    if "$ref" in value:
        named = whole["$defs"][value["$ref"].rpartition("/")[2]]
        words = " or ".join(f"`{each}`" for each in named.get("enum", ()))
        return words or "a section"
    if "const" in value:
        return f"`{value['const']}`"
    if value.get("type") == "array":
        item = value["items"]
        return "list of sections" if "$ref" in item or "oneOf" in item else "list"
    if value.get("type") == "object":
        return "a section for each name"
    if value.get("format") == "path":
        return "path"
    return _WORD[value["type"]] + _bounds(value)


def _bounds(value: Schema) -> str:
    low = f"{value['minimum']} to " if "minimum" in value else "up to "
    return f", {low}{value['maximum']:,}" if "maximum" in value else ""


def _default(key: str, value: Schema, section: Schema) -> str:
    if key in section.get("required", ()):
        return "required"
    default = value.get("default")
    if default in (None, "", []) or isinstance(default, dict):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _meanings(*modules: Any) -> dict[str, dict[str, str]]:
    """The lines below the fields of the modules' classes, by the name that the file uses."""
    nodes = (node for each in modules for node in ast.parse(inspect.getsource(each)).body)
    found: dict[str, dict[str, str]] = {}
    for node in nodes:
        if isinstance(node, ast.ClassDef):  # with what it inherits within its module
            inherited = (
                found.get(base.id, {}) for base in node.bases if isinstance(base, ast.Name)
            )
            found[node.name] = {k: v for each in inherited for k, v in each.items()}
            found[node.name] |= _lines(node)
    return found


def _lines(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                yield ("class" if name == "server_class" else name), said
            case _:
                continue


# ── what the watch shows to others ──


def routes() -> str:
    """Every request that is answered."""
    paths = application(_doors()).openapi()["paths"]
    rows = [
        (f"`{method.upper()} {path}`", " ".join(operation["description"].split()))
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]
    return table(("request", "what"), rows)


def metrics() -> str:
    """Every metric of /metrics."""
    text = asyncio.run(metrics_text(_doors()))
    told = [line.split(" ", 3)[2:] for line in text.splitlines() if line.startswith("# HELP")]
    return table(("metric", "what"), [(f"`{name}`", meaning) for name, meaning in sorted(told)])


def _doors() -> Doors:
    place = Installation()
    place.gauges.cycle_at = NOW
    place.gauges.estate = EstateCounts(servers=0, services=0, unclassified=0, drift={})
    place.gauges.counts = dict.fromkeys(MEANINGS, 0.0)
    return doors_of(place.running, "a reader's token", SignIn(place.clock))


# ── what stands between a decision and the world ──


def gates() -> str:
    """Every gate in the order of the one list: what it asks, and what it answers."""
    rows = []
    for gate in GATES:
        module = sys.modules[gate.__module__]
        says = " ".join((gate.__doc__ or "").split())
        rows.append((f"`{vars(module)['RULE']}`", (module.__doc__ or "").strip(), says))
    return table(("gate", "asks", "answers"), rows)


def limits() -> str:
    """The hard limits, with the remark that stands beside each."""
    tree = ast.parse(inspect.getsource(limits_file))
    lines = inspect.getsource(limits_file).splitlines()
    rows = []
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                remark = lines[node.lineno - 1].partition("#")[2].strip()
                rows.append((f"`{name}`", str(vars(limits_file)[name]), remark))
            case _:
                continue
    return table(("limit", "is", "remark"), rows)


GENERATED: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "cli.md": {"commands": commands},
    "configuration.md": {"settings": settings},
    "estate.md": {"estate": estate},
    "gates.md": {"gates": gates, "limits": limits},
    "http.md": {"routes": routes, "metrics": metrics},
}


def current(page: str) -> str:
    """A page with today's generated parts."""
    text = (PAGES / page).read_text(encoding="utf-8")
    for mark, made in GENERATED[page].items():
        text = between(text, mark, made())
    return text


if __name__ == "__main__":
    for each in GENERATED:
        (PAGES / each).write_text(current(each), encoding="utf-8")
