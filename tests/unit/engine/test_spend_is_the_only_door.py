"""Nothing acts without a spent warrant, and only one file can make one."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "src" / "watchkeeper"
THE_DOOR = Path("engine/spend.py")


def names_of_spent(tree: ast.Module) -> set[str]:
    """What `Spent` is called in this file, whatever it was imported as."""
    return {"Spent"} | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Spent"
    }


def makes_spent(tree: ast.Module) -> bool:
    names = names_of_spent(tree)
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(
        (isinstance(each, ast.Name) and each.id in names)
        or (isinstance(each, ast.Attribute) and each.attr == "Spent")
        for each in called
    )


def test_only_spend_makes_a_spent_warrant() -> None:
    makers = {
        path.relative_to(PACKAGE)
        for path in PACKAGE.rglob("*.py")
        if makes_spent(ast.parse(path.read_text()))
    }
    assert makers == {THE_DOOR}


def test_a_maker_is_found_under_any_name() -> None:
    assert makes_spent(ast.parse("Spent(warrant=1)"))
    assert makes_spent(ast.parse("warrant.Spent(warrant=1)"))
    assert makes_spent(ast.parse("from watchkeeper.domain.warrant import Spent as S\nS()"))
    assert not makes_spent(ast.parse("def launch(spent: Spent) -> None: ..."))
