"""What is installed is pinned, hashed, and the same for a demonstration as for a test."""

import re
import tomllib
from functools import cache

import pytest

from tests.tidy.source import ROOT

_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+) \\$", re.MULTILINE)


@cache
def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    return {pin["name"]: pin["version"] for pin in _PIN.finditer(text)}


@pytest.mark.parametrize("lock", ["run", "demo", "develop"])
def test_every_pin_has_a_hash(lock: str) -> None:
    """Each pinned package of a lock is followed by at least one hash of what may be installed."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    named = re.findall(r"^[^\s#]+.*\n(?P<next>.*)", text, re.MULTILINE)
    assert len(_pins(lock)) == len(named)
    assert [] == [line for line in named if not line.startswith("    --hash=sha256:")]


@pytest.mark.parametrize(("small", "large"), [("run", "demo"), ("demo", "develop")])
def test_a_larger_lock_holds_the_smaller_one(small: str, large: str) -> None:
    """What runs at the bedside is what was demonstrated, and that is what was tested."""
    assert _pins(small) == {name: _pins(large).get(name) for name in _pins(small)}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("run", []), ("demo", ["demo"]), ("develop", ["demo", "develop"])],
)
def test_a_lock_pins_what_the_project_asks_for(lock: str, extras: list[str]) -> None:
    """Each lock has the versions that pyproject.toml names; `make lock` makes it so."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    asked = dict(requirement.split("==") for requirement in wanted)
    assert asked == {name: _pins(lock).get(name) for name in asked}
