"""Any threshold file is understood or refused in one line."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watchkeeper.adapters.files.thresholds import SHIPPED, parse_thresholds
from watchkeeper.adapters.files.yaml_text import FileRefused

KEYS = "id metric below above for cycles of seconds holds static habits exhaustion meaning source"
words = st.sampled_from([*KEYS.split(), "up", "always", "warning", "critical", "x-y"])
leaves = st.none() | st.booleans() | st.floats() | st.integers() | words | st.text(max_size=8)
trees = st.recursive(
    leaves,
    lambda deeper: st.lists(deeper, max_size=3) | st.dictionaries(words, deeper, max_size=4),
    max_leaves=12,
)


def understood_or_refused(text: str) -> None:
    try:
        parse_thresholds(text)
    except FileRefused as refused:
        assert "\n" not in str(refused)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    understood_or_refused(text)


@settings(deadline=None)
@given(st.dictionaries(words, trees, max_size=3))
def test_any_yaml(tree: dict[str, object]) -> None:
    understood_or_refused(yaml.safe_dump(tree))


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 20), words, trees)
def test_the_shipped_file_with_anything_changed(index: int, key: str, value: object) -> None:
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    rules = shipped["static"]
    rules[index % len(rules)][key] = value
    understood_or_refused(yaml.safe_dump(shipped))
