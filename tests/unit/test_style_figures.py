"""The figures that keep this code readable: the tail and the borders, not only the middle."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "watchkeeper"

MEDIAN_FUNCTION_LINES = 9
P90_FUNCTION_LINES = 30
LONGEST_FUNCTION_LINES = 60
LONGEST_FILE_LINES = 400
BROAD_HANDLER_RATIO = 0.03
DEEPEST_FOLDER = 3
NOBODYS_NAMES = frozenset(
    {
        "utils",
        "common",
        "helpers",
        "misc",
        "core",
        "base",
        "manager",
        "handler",
        "processor",
        "service",
    }
)
OFF_THE_LOOP = frozenset({"engine", "adapters", "bootstrap", "interfaces", "lab"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file of the product: where it lies, what it says, how it parses."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> Path:
        return self.path.relative_to(PACKAGE)

    @property
    def length(self) -> int:
        return len(self.text.splitlines())

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


@pytest.fixture(scope="module")
def product() -> list[Source]:
    texts = {path: path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
    assert texts, f"no source under {PACKAGE}"
    return [
        Source(path=path, text=text, tree=ast.parse(text, str(path)))
        for path, text in texts.items()
    ]


def length(function: Function) -> int:
    """Lines from `def` to the end, the docstring left out: explaining costs nothing."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def functions(product: list[Source]) -> dict[str, int]:
    return {
        f"{source.place}:{node.lineno} {node.name}": length(node)
        for source in product
        for node in source.nodes()
        if isinstance(node, Function)
    }


def is_broad(handler: ast.ExceptHandler) -> bool:
    named = handler.type
    caught = named.elts if isinstance(named, ast.Tuple) else [named]
    broad = {"Exception", "BaseException"}
    return any(each is None or (isinstance(each, ast.Name) and each.id in broad) for each in caught)


def handlers(product: list[Source]) -> dict[str, bool]:
    return {
        f"{source.place}:{node.lineno}": is_broad(node)
        for source in product
        for node in source.nodes()
        if isinstance(node, ast.ExceptHandler)
    }


def test_functions_are_short_and_none_is_a_monster(product: list[Source]) -> None:
    lengths = functions(product)
    middle = median(lengths.values())
    p90 = quantiles(lengths.values(), n=10)[-1]
    monsters = {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION_LINES}
    print(f"\nfunctions: {len(lengths)}, median {middle} lines, p90 {p90:.0f}, "
          f"longest {max(lengths.values())}")  # fmt: skip
    assert not monsters
    assert middle <= MEDIAN_FUNCTION_LINES
    assert p90 <= P90_FUNCTION_LINES


def test_no_file_is_long(product: list[Source]) -> None:
    lengths = {str(source.place): source.length for source in product}
    print(f"\nfiles: {len(lengths)}, longest {max(lengths.values())} lines")
    assert {place: n for place, n in lengths.items() if n > LONGEST_FILE_LINES} == {}


def test_almost_nothing_catches_everything(product: list[Source]) -> None:
    found = handlers(product)
    broad = [place for place, wide in found.items() if wide]
    print(f"\nhandlers: {len(found)}, broad {len(broad)}")
    assert len(broad) <= max(1, BROAD_HANDLER_RATIO * len(found)), broad


def test_folders_stay_shallow(product: list[Source]) -> None:
    deep = {source.place.parent for source in product}
    assert {str(folder) for folder in deep if len(folder.parts) > DEEPEST_FOLDER} == set()


def test_no_file_or_folder_has_a_name_that_says_nothing(product: list[Source]) -> None:
    names = {
        part: str(source.place)
        for source in product
        for part in source.place.with_suffix("").parts
        if part in NOBODYS_NAMES
    }
    assert names == {}


def test_only_the_outer_rooms_hand_work_to_an_executor(product: list[Source]) -> None:
    """A method cannot be banned by the linter's table of names, so it is looked for here."""
    callers = [
        f"{source.place}:{node.lineno}"
        for source in product
        if source.place.parts[0] not in OFF_THE_LOOP
        for node in source.nodes()
        if isinstance(node, ast.Attribute) and node.attr == "run_in_executor"
    ]
    assert callers == []


def test_the_ratio_of_tests_to_code_is_seen(product: list[Source]) -> None:
    """Printed, and gates nothing: 1.2 to 1.8 in the projects worth imitating."""
    tests = sum(len(path.read_text().splitlines()) for path in (REPOSITORY / "tests").rglob("*.py"))
    code = sum(source.length for source in product)
    print(f"\ntest lines : code lines = {tests} : {code} = {tests / code:.2f}")
    assert code > 0


def test_the_figures_see_what_they_look_for() -> None:
    """The measuring itself: a broad handler is found, also in a tuple; a docstring is free."""
    tree = ast.parse(
        "def f():\n    '''Two\n    lines.'''\n    try:\n        g()\n"
        "    except (ValueError, Exception):\n        pass\n    except OSError:\n        pass\n"
    )
    found = [is_broad(n) for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler)]
    function = next(chain(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)))
    assert found == [True, False]
    assert length(function) == 7
