"""What must not stand in a committed file: registries' hosts, homes, sleeping code."""

import re
import subprocess
import sys
from typing import Final

from tests.tidy.source import ROOT, place, project_files

# Written in pieces, so that this file does not find itself.
_DOT: Final = r"\."
_HOSTS: Final = re.compile(
    "|".join(
        [
            rf"\bpypi{_DOT}(org|io)\b",
            rf"\bpythonhosted{_DOT}org\b",
            rf"\bregistry{_DOT}(npmjs|yarnpkg){_DOT}",
            rf"\bcrates{_DOT}io\b",
            rf"\bproxy{_DOT}golang{_DOT}org\b",
            rf"\brubygems{_DOT}org\b",
        ]
    )
)
_HOMES: Final = re.compile(r"(?<![\w.])/(root|home/\w+|Users/\w+|work)/")


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        place(path, number)
        for path in project_files()
        for number, line in enumerate(_text(path.read_bytes()).splitlines(), start=1)
        if pattern.search(line)
    ]


def _text(content: bytes) -> str:
    """Return a file's text; a file that is not text has none."""
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def test_no_file_names_the_host_of_a_package_registry() -> None:
    """Where packages come from is the machine's business; no committed file says it."""
    assert [] == _lines_with(_HOSTS)


def test_no_file_holds_a_path_of_one_persons_machine() -> None:
    """No committed file points into somebody's home."""
    assert [] == _lines_with(_HOMES)


def test_the_patterns_find_what_they_are_for() -> None:
    """A registry's host and a home are found, and their likes are left alone."""
    assert _HOSTS.search("see files.-.org".replace("-", "pythonhosted"))
    assert _HOSTS.search("https://-.org/project".replace("-", "pypi"))
    assert not _HOSTS.search("pythonhosted by nobody")
    assert _HOMES.search("cd /" + "home/someone/monitord")
    assert not _HOMES.search("see docs/home/page and ~/monitord")


def test_no_code_sleeps_in_a_comment() -> None:
    """No Python file keeps code, or a test, in a comment."""
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--select", "ERA", "."]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert found.stdout == ""
