"""The tests that prove a scale: what each says it proves, and the cells it goes through."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitord.scores import SCALE_NAMES
from tests.docs.pages import ROOT
from tests.docs.traceability.markdown import named, table

TESTS: Final = ROOT / "tests"
_CELLS: Final = {
    "CELLS": ("cell", "graded"),
    "INTERVALS": ("what is unknown", "graded", "asked for"),
    "MISSING": ("who", "asked for"),
}


class Proof(NamedTuple):
    """A test: its file, its name, what it says that it proves, and its examples' name if any."""

    path: str
    test: str
    says: str
    examples: str


def proofs_of(scale: str) -> list[Proof]:
    """Return the tests that are of one scale alone."""
    return [*_proofs((TESTS / "unit" / "scores").glob(f"test_{scale}*.py"))]


def proofs_of_all() -> list[Proof]:
    """Return the tests that go over several scales."""
    of_one = tuple(f"test_{scale}" for scale in SCALE_NAMES)
    units = (TESTS / "unit" / "scores").glob("test_*.py")
    together = (path for path in units if not path.name.startswith(of_one))
    in_any_ward = (TESTS / "properties").glob("test_scores*.py")
    return [*_proofs((*together, *in_any_ward, TESTS / "scenarios" / "test_grading_cases.py"))]


def _proofs(paths: Iterable[Path]) -> Iterator[Proof]:
    for path in sorted(paths):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                says = " ".join((ast.get_docstring(node) or "").split())
                place = path.relative_to(ROOT).as_posix()
                yield Proof(place, node.name, says, _examples(node))


def _examples(node: ast.FunctionDef) -> str:
    names = (
        n.id for mark in node.decorator_list for n in ast.walk(mark) if isinstance(n, ast.Name)
    )
    return next((name for name in names if name in _CELLS), "")


def told(proof: Proof) -> str:
    """Say a proof in a line, and show its cells if it has any."""
    said = f"{named(proof.path, proof.test)}: {proof.says}"
    if not proof.examples:
        return said
    examples = examples_of(proof)
    rows = [(name, *_values(entry)) for name, entry in examples.items()]
    head = _CELLS[proof.examples]
    return f"{said} Each of these {len(rows)}, by its name:\n\n{table(head, rows)}"


def examples_of(proof: Proof) -> Mapping[str, Any]:
    """Return the cells that a proof goes through, by name."""
    module = import_module(proof.path.removesuffix(".py").replace("/", "."))
    examples: Mapping[str, Any] = getattr(module, proof.examples)
    return examples


def _values(entry: tuple[Any, ...]) -> Iterator[str]:
    """Everything of an example but the patient: a value, an interval, the names of inputs."""
    for value in entry[1:]:
        match value:
            case int():
                yield str(value)
            case (Decimal() as low, Decimal() as high):
                yield str(low) if low == high else f"{low} to {high}"
            case (int() as low, int() as high):
                yield str(low) if low == high else f"{low} to {high}"
            case names:
                yield ", ".join(f"`{name}`" for name in names) or "nothing"
