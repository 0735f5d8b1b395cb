"""Rule packs are found where the settings say, or where they came with the program."""

from pathlib import Path

import pytest

from monitord.daemon.configuration.config import ConfigProblems, load_settings
from monitord.daemon.configuration.packs import (
    load_rules,
    read_cases,
    read_lock,
    read_packs,
    rules_directory,
)


def test_the_settings_name_the_directory(tmp_path: Path) -> None:
    """A unit's own packs come first."""
    settings = load_settings(None, {"MONITORD_RULES__DIRECTORY": str(tmp_path)})
    assert rules_directory(settings) == tmp_path


def test_without_a_setting_the_shipped_packs_are_found() -> None:
    """In a working copy these are the packs of the repository."""
    assert rules_directory(load_settings(None, {})).name in {"rules", "packs"}


def test_packs_and_cases_are_read_by_name_in_order(tmp_path: Path) -> None:
    """Every .toml file and no other, packs apart from cases."""
    (tmp_path / "cases").mkdir()
    for name in ("b.toml", "a.toml", "README.md", "cases/a.toml"):
        (tmp_path / name).write_text(f"# {name}", "utf-8")
    assert list(read_packs(tmp_path).items()) == [("a.toml", "# a.toml"), ("b.toml", "# b.toml")]
    assert read_cases(tmp_path) == {"a.toml": "# cases/a.toml"}


def test_a_directory_without_packs_is_a_problem(tmp_path: Path) -> None:
    """A monitor without rules would be silent for ever."""
    with pytest.raises(ConfigProblems, match="found no packs, expected at least one pack"):
        load_rules(tmp_path, None)


def test_every_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Two bad files, two problems."""
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes(b"\xff")
    with pytest.raises(ConfigProblems) as caught:
        read_packs(tmp_path)
    assert [problem.where for problem in caught.value.problems] == [
        str(tmp_path / "a.toml"),
        str(tmp_path / "b.toml"),
    ]


def test_the_lock_may_be_missing(tmp_path: Path) -> None:
    """No lock is none; a lock is its text."""
    assert read_lock(tmp_path) is None
    (tmp_path / "version.lock").write_text("x", "utf-8")
    assert read_lock(tmp_path) == "x"
