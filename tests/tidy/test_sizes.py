"""Rooms stay small enough to be read in one go (docs/ARCHITECTURE.md, house style)."""

import ast
import re
from typing import Final

from tests.tidy.source import Function, functions, place, python_files

FILE_LINES_MAX: Final = 300
FUNCTION_LINES_MAX: Final = 70
NESTING_MAX: Final = 4
LINE_COLUMNS_MAX: Final = 100

_BLOCKS: Final = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)
_TO_THE_TOOLS: Final = re.compile(r"\s+# (noqa|type: ignore)\b.*$")


def test_no_file_is_longer_than_the_house_allows() -> None:
    """Every file of the package has at most 300 lines."""
    lines = {place(p): len(p.read_text("utf-8").splitlines()) for p in python_files("monitord")}
    assert [] == [f"{name}: {n} lines" for name, n in lines.items() if n > FILE_LINES_MAX]


def test_no_function_is_longer_than_a_screen() -> None:
    """Every function of the package has at most 70 lines, its docstring included."""
    assert [] == [
        f"{place(path, function.lineno)} {function.name}: {_length(function)} lines"
        for path in python_files("monitord")
        for function in functions(path)
        if _length(function) > FUNCTION_LINES_MAX
    ]


def test_no_function_nests_deeper_than_four_blocks() -> None:
    """No function of the package puts a block inside more than three others."""
    assert [] == [
        f"{place(path, function.lineno)} {function.name}: {_nesting(function)} blocks deep"
        for path in python_files("monitord")
        for function in functions(path)
        if _nesting(function) > NESTING_MAX
    ]


def test_an_elif_is_no_deeper_than_its_if() -> None:
    """The measure of nesting counts a chain of `elif` as one block."""
    chain = ast.parse("if a:\n  b\nelif c:\n  d\nelif e:\n  with f:\n    g\n")
    assert 2 == _nesting(chain)


def test_no_line_is_wider_than_a_hundred_columns() -> None:
    """Every line of Python in the project fits into 100 columns, but for words to the tools."""
    assert [] == [
        place(path, number)
        for path in python_files(".")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(_TO_THE_TOOLS.sub("", line)) > LINE_COLUMNS_MAX
    ]


def _length(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def _nesting(node: ast.AST) -> int:
    depth = max((_nesting(child) - _is_elif(node, child) for child in _children(node)), default=0)
    return depth + isinstance(node, (*_BLOCKS, ast.Match))


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node; a function inside a function is measured by itself."""
    return [child for child in ast.iter_child_nodes(node) if not isinstance(child, Function)]


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and [child] == node.orelse and isinstance(child, ast.If)
