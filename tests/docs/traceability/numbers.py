"""The numbers of a source file and what stands behind each on its line.

Read from the text, so that a page shows exactly what the program computes with.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """A constant as it is written, and the comment on its line: where it comes from."""

    name: str
    written: str
    source: str


def numbers_of(text: str) -> list[Number]:
    """Return the constants of a module, in its order; those of its classes too."""
    comments = _comments(text)
    return [
        Number(name, ast.unparse(value), comments.get(value.end_lineno or 0, ""))
        for name, value in _assigned(ast.parse(text).body)
    ]


def _comments(text: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        match node:
            case ast.ClassDef(body=inner):
                yield from _assigned(inner)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int()) as value):
                yield name, value
            case _:
                pass


def imported(text: str) -> Iterator[tuple[str, str]]:
    """Give the module and the name of everything that a module takes from another of ours."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("monitord."):
            yield from ((node.module or "", alias.name) for alias in node.names)


def fields_read(text: str, owner: str) -> set[str]:
    """Return every field that a module reads of what it calls `owner`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and owner == node.value.id
    }
