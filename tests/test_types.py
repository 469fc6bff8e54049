"""Strict typing: nothing is told to the checker to overlook, and what typings/ declares of libraries is there."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STUBS = sorted((ROOT / "typings").rglob("*.pyi"))


def _module(stub: Path) -> str:
    return ".".join(stub.relative_to(ROOT / "typings").with_suffix("").parts).removesuffix(".__init__")


def _declared(body: list[ast.stmt]) -> list[str]:
    """Public names that a stub declares at one level."""
    names = [one.name for one in body if isinstance(one, (ast.ClassDef, ast.FunctionDef))]
    names += [one.target.id for one in body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    return [name for name in names if not name.startswith("_") or name == "__version__"]


def test_no_line_is_told_to_the_checker_to_overlook() -> None:
    silenced = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in sorted((ROOT / "sim").rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if re.search(r"#\s*(type|pyright):", line)
    ]
    assert silenced == []


@pytest.mark.parametrize("stub", STUBS, ids=_module)
def test_a_library_has_every_function_and_class_that_is_declared_of_it(stub: Path) -> None:
    library = importlib.import_module(_module(stub))
    for name in _declared(ast.parse(stub.read_text("utf-8")).body):
        assert hasattr(library, name), f"{_module(stub)} has no {name}"


def test_methods_that_are_declared_are_there() -> None:
    for stub in STUBS:
        library = importlib.import_module(_module(stub))
        for one in ast.parse(stub.read_text("utf-8")).body:
            if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
                for part in one.body:
                    if isinstance(part, ast.FunctionDef) and not part.name.startswith("__"):
                        assert hasattr(getattr(library, one.name), part.name), f"{one.name}.{part.name}"
