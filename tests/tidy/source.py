"""Reading the project as text and as syntax, for the checks beside this file."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).parents[2]
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_LEFT_OUT: Final = frozenset({".cache", ".git", ".hypothesis", ".venv", "__pycache__"})


@cache
def project_files() -> tuple[Path, ...]:
    """Return what is, or is about to be, committed; without git, all that is not made here."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = [p for p in ROOT.rglob("*") if not _LEFT_OUT & set(p.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def python_files(folder: str) -> list[Path]:
    """Return the Python files of the project under `folder`."""
    return [p for p in project_files() if p.suffix == ".py" and p.is_relative_to(ROOT / folder)]


def place(path: Path, line: int | None = None) -> str:
    """Write a place as an editor finds it: `monitord/domain/time.py:12`."""
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file, however deep it is."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def find_tests(path: Path) -> list[Function]:
    """Return the functions of a file that are named as tests."""
    return [function for function in functions(path) if function.name.startswith("test_")]
