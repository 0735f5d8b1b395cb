"""Time is an argument: one room reads a clock, and no other can."""

import ast
from pathlib import Path
from typing import Final

from tests.tidy.source import ROOT, place, python_files, tree

CLOCK: Final = ROOT / "monitord" / "adapters" / "clock.py"

_DATES: Final = frozenset({"date", "datetime"})
_PRESENT: Final = frozenset({"now", "today", "utcnow"})


def test_only_the_clock_room_reads_a_clock() -> None:
    """No file of the package but adapters/clock.py imports `time` or asks for the present."""
    assert [] == [
        place(path, line)
        for path in python_files("monitord")
        if path != CLOCK
        for line in _readings(tree(path))
    ]


def test_a_reading_of_the_clock_is_seen_in_every_form() -> None:
    """The check sees an import of `time`, the present of `datetime`, and an event loop's time."""
    forms = [
        "import time",
        "import time as t",
        "from time import monotonic",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "asyncio.get_running_loop().time()",
        "loop.time()",
    ]
    assert [[1]] * len(forms) == [_readings(ast.parse(form)) for form in forms]
    assert [] == _readings(ast.parse("from monitord.domain.time import SECOND\nclock.now()"))


def test_the_clock_room_is_where_this_check_thinks() -> None:
    """The one file that may read a clock exists, so the exception is not an empty one."""
    assert Path("monitord/adapters/clock.py") == CLOCK.relative_to(ROOT)
    assert CLOCK.is_file()


def _readings(module: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "time")
        or (isinstance(node, ast.Attribute) and _asks_for_the_present(node))
    ]


def _asks_for_the_present(node: ast.Attribute) -> bool:
    owner = ast.unparse(node.value)
    if node.attr == "time":
        return owner.endswith(("loop", "loop()"))
    return node.attr in _PRESENT and owner.rpartition(".")[2] in _DATES
