"""A test that never runs proves nothing: every test is collected, and says what it proves."""

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

from tests.tidy.source import ROOT, find_tests, place, python_files

FLOOR: Final = Path(__file__).with_name("floor.txt")


@cache
def _collected() -> frozenset[str]:
    """Return the tests that pytest finds, as `tests/unit/test_x.py::test_name`, no parameters."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", "tests"]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    found = subprocess.run(
        command, cwd=ROOT, env=alone, capture_output=True, check=False, text=True
    )
    assert found.returncode == 0, found.stdout[-4000:]
    names = (line.partition("[")[0] for line in found.stdout.splitlines() if "::" in line)
    return frozenset(f"{path}::{name}" for path, _, name in (n.partition("::") for n in names))


def test_every_test_that_is_written_is_collected() -> None:
    """No test hides in a misnamed file or class, where pytest would pass it by."""
    found = {(name.partition("::")[0], name.rpartition("::")[2]) for name in _collected()}
    assert [] == [
        f"{place(path, test.lineno)} {test.name}"
        for path in python_files("tests")
        for test in find_tests(path)
        if (place(path), test.name) not in found
    ]


def test_every_test_file_holds_a_test() -> None:
    """Every file named `test_*.py` has at least one test in it."""
    files = [path for path in python_files("tests") if path.name.startswith("test_")]
    assert [] == [place(path) for path in files if not find_tests(path)]


def test_every_test_says_in_words_what_it_proves() -> None:
    """Every test has a docstring, and it is a sentence."""
    assert [] == [
        f"{place(path, test.lineno)} {test.name}"
        for path in python_files("tests")
        for test in find_tests(path)
        if not _is_sentence(ast.get_docstring(test) or "")
    ]


def test_the_number_of_tests_never_falls_below_its_floor() -> None:
    """There are at least as many tests as tests/tidy/floor.txt says; raise it as they grow."""
    assert int(FLOOR.read_text("utf-8")) <= len(_collected())


def _is_sentence(text: str) -> bool:
    return " " in text and text.endswith((".", "?", "!"))
