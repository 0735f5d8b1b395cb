"""Mutate each file of `targets` and ask its tests to notice: `python -m tests.mutation [FILE ...]`.

Each mutant is a fork of one process that has loaded what all of them need, so nothing on the disk
is changed. It is killed when a test fails or the time is over. Survivors are printed.
"""

import ast
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.targets import TARGETS

# Loaded once; nothing of these imports a file that is mutated.
_SHARED: Final = ("numpy", "hypothesis.strategies", "pydantic", "lark", "monitord.windows.roster")
_WORKERS: Final = 2
_LIMIT_S: Final = 300  # for one mutant; one that takes longer never ends
# Each mutant starts pytest anew, so it starts with the one plugin that these tests use.
_ONLY_PLUGIN: Final = "_hypothesis_pytestplugin"
_OPTIONS: Final = (
    *("-x", "-q", "-p", _ONLY_PLUGIN, "-p", "no:cacheprovider"),
    *("-o", "addopts=", "--import-mode=importlib"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # hypothesis is loaded before
    *("-W", "ignore::pytest.PytestConfigWarning"),  # the settings of the plugins left out
)
_SEED: Final = "--hypothesis-seed=0"


class _Replaced(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed tree and leaves all others alone."""

    def __init__(self, file: str, tree: ast.Module) -> None:
        self._file, self._tree = file, tree
        self._name = file.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._file, loader=self)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, self._file, "exec"), module.__dict__)


def _run(file: str, tree: ast.Module) -> int:
    """Start the tests of a file with a changed tree, in a process of its own; give its id."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    signal.alarm(_LIMIT_S)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.meta_path.insert(0, _Replaced(file, tree))
    code = 1
    try:
        code = int(pytest.main([*_OPTIONS, _SEED, *TARGETS[file]]))
    finally:
        os._exit(code)


def _examine(file: str) -> tuple[int, int]:
    """Run every mutant of a file and tell the survivors; give how many there were of each."""
    source = Path(file).read_text("utf-8")
    _, status = os.waitpid(_run(file, ast.parse(source)), 0)
    if status:
        sys.exit(f"{file}: its tests fail without any change; mend them first")
    waiting, running, survived = list(mutants(source)), dict[int, Mutant](), 0
    count = len(waiting)
    while waiting or running:
        while waiting and len(running) < _WORKERS:
            mutant = waiting.pop(0)
            running[_run(file, mutant.tree)] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        if status == 0:
            survived += 1
            print(f"  survived: {file}:{mutant.line}: {mutant.told}", flush=True)
    return count, survived


def main() -> None:
    """Examine the files named, or all, and say how many were killed."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for shared in _SHARED:
        importlib.import_module(shared)
    for file in sys.argv[1:] or TARGETS:
        count, survived = _examine(file)
        killed = count - survived
        share = 100 * killed / max(count, 1)
        print(f"| `{file}` | {count} | {killed} | {share:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
