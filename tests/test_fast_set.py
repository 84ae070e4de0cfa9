"""What `make test` leaves out, it leaves out for a reason, and of no component everything."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from amaranth.lib import wiring

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
LEFT_OUT = ("pytest.mark.slow", "pytest.mark.proof")
"""Markers of what `make test` does not run."""

TEST_FILES = sorted(TESTS.rglob("test_*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def components(path: Path) -> list[str]:
    """The components that a module defines, but for what other components are made from."""
    name = ".".join(("tabfab", *path.relative_to(ROOT).with_suffix("").parts))
    return [
        member.__name__
        for member in vars(importlib.import_module(name)).values()
        if inspect.isclass(member) and issubclass(member, wiring.Component)
        if member.__module__ == name and not abstract(member)
    ]


def abstract(component: type) -> bool:
    """Whether a method is left to those that derive from it."""
    members = (getattr(component, name) for name in dir(component))
    return any(getattr(member, "__isabstractmethod__", False) for member in members)


COMPONENTS = [path for path in sorted((ROOT / "hw").rglob("*.py")) if components(path)]


def marks(node: ast.AST) -> Iterator[ast.expr]:
    """Every use of a marker in a file or in a part of it."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "pytest.mark":
            yield inner


def fast_tests(path: Path) -> list[str]:
    """The tests of a file that `make test` runs, if not with all of their parameters."""
    tree = ast.parse(path.read_text())
    whole = [node for node in tree.body if ast.unparse(node).startswith("pytestmark = ")]
    if any(ast.unparse(mark) in LEFT_OUT for node in whole for mark in marks(node)):
        return []
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        if not any(ast.unparse(each).startswith(LEFT_OUT) for each in node.decorator_list)
    ]


@pytest.mark.parametrize("path", COMPONENTS, ids=short)
def test_every_component_has_fast_tests(path: Path) -> None:
    tests = TESTS / path.relative_to(ROOT).with_name(f"test_{path.name}")
    assert tests.is_file(), f"{', '.join(components(path))} is to be tested in {short(tests)}"
    assert fast_tests(tests), f"make test tests nothing of {', '.join(components(path))}"


@pytest.mark.parametrize("folder", sorted({path.parent for path in TEST_FILES}), ids=short)
def test_every_folder_of_tests_has_fast_ones(folder: Path) -> None:
    assert any(map(fast_tests, folder.glob("test_*.py")))


def test_what_is_slow_says_why_it_may_be_left_out() -> None:
    silent = [
        f"{short(path)}:{mark.lineno}"
        for path in TEST_FILES
        for tree in [ast.parse(path.read_text())]
        for mark in set(marks(tree)) - set(explained(tree))
        if ast.unparse(mark) == "pytest.mark.slow"
    ]
    assert not silent, "say @pytest.mark.slow(why the others are enough for make test)"


def explained(tree: ast.AST) -> Iterator[ast.expr]:
    """The markers of a file that are called with a reason."""
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=mark, args=[ast.Constant(value=str(reason))]) if reason.strip():
                yield mark
