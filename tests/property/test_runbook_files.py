"""Whatever a runbook file or a parameter says, it is used as it is meant or refused in words."""

import re
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.files.runbooks import SHIPPED, lint
from watchkeeper.domain.parameter_values import ValueRefused, checked
from watchkeeper.domain.runbook import ParameterType

RESTART = yaml.safe_load((SHIPPED / "restart-dead-service.yaml").read_text())
HARMLESS = re.compile(r"[A-Za-z0-9_/][A-Za-z0-9@._+:,=~%/-]*")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.sampled_from(ParameterType), st.text(max_size=60) | st.from_regex(r"/[a-z./]{0,20}"))
def test_a_value_that_is_let_in_is_a_plain_name_or_a_plain_path(
    kind: ParameterType, value: str
) -> None:
    try:
        [let_in] = checked("x", kind, (value,))
    except ValueRefused as refused:
        assert "\n" not in str(refused)
        return
    assert let_in == value
    assert HARMLESS.fullmatch(value)
    assert ".." not in value.split("/")
    assert value == value.strip()


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document where something stands."""
    keys = (
        document
        if isinstance(document, dict)
        else range(len(document))
        if isinstance(document, list)
        else ()
    )
    return [path] * bool(path) + [p for key in keys for p in places(document[key], (*path, key))]


@given(st.sampled_from(places(RESTART)), values)
@settings(max_examples=150, deadline=None)
def test_anything_anywhere_in_a_runbook_is_taken_or_told_in_a_line(
    place: tuple[Any, ...], value: object
) -> None:
    document = yaml.safe_load(yaml.safe_dump(RESTART))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert_told_in_lines(yaml.safe_dump(document).encode())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_told_in_a_line(content: bytes) -> None:
    assert_told_in_lines(content)


def assert_told_in_lines(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "restart-dead-service.yaml"
        path.write_bytes(content)
        path.with_suffix(".md").write_text("For people.\n")
        for finding in lint(path):
            assert finding.file == str(path)
            assert finding.message
            assert "\n" not in str(finding)
