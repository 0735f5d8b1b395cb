"""Finds the rule packs on disk and has them read; what they mean is `rules.loader`'s affair."""

from pathlib import Path
from typing import Final

from monitord.daemon.configuration.config import ConfigProblem, ConfigProblems
from monitord.daemon.configuration.settings import Settings
from monitord.rules.book import RuleBook
from monitord.rules.loader import load
from monitord.rules.lock import LOCK_FILE
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES

CASES_NAME: Final = "cases"

_PACKAGE: Final = Path(__file__).parents[2]
# Where packs are when the settings name no directory: installed, or in a working copy.
_SHIPPED: Final = (_PACKAGE / "packs", _PACKAGE.parent / "rules")


def rules_directory(settings: Settings) -> Path:
    """Return the directory of the rule packs: the settings' own, else those that came with us.

    Raises `ConfigProblems` when there is none.
    """
    if settings.rules.directory is not None:
        return settings.rules.directory
    for directory in _SHIPPED:
        if directory.is_dir():
            return directory
    expected = "a directory of rule packs; set rules.directory, or install monitord again"
    raise ConfigProblems([ConfigProblem("settings", "rules.directory", "no packs", expected)])


def read_packs(directory: Path) -> dict[str, str]:
    """Return the text of every pack in `directory` by its file name, sorted.

    Raises `ConfigProblems` with every file that cannot be read, or when there is none.
    """
    packs = _read_all(directory)
    if not packs:
        expected = "at least one pack (*.toml): without rules nobody is watched"
        raise ConfigProblems([ConfigProblem(str(directory), "", "no packs", expected)])
    return packs


def load_rules(directory: Path, lock: str | None) -> RuleBook:
    """Return the rule book of the packs in `directory`, with a lock's text checked against it.

    Raises `ConfigProblems` when files cannot be read, `PackProblems` when packs are wrong.
    """
    return load(read_packs(directory), lock, house_vocabulary(SCALE_NAMES))


def read_cases(directory: Path) -> dict[str, str]:
    """Return the text of every file of cases below `directory` by its file name, sorted.

    Raises `ConfigProblems` with every file that cannot be read.
    """
    return _read_all(directory / CASES_NAME)


def read_lock(directory: Path) -> str | None:
    """Return the text of the version lock in `directory`, or None when there is none.

    Raises `ConfigProblems` when it cannot be read.
    """
    path = directory / LOCK_FILE
    try:
        return path.read_text("utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblems([_unreadable(path, error)]) from error


def _read_all(directory: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    problems: list[ConfigProblem] = []
    for path in sorted(directory.glob("*.toml")):
        try:
            texts[path.name] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(_unreadable(path, error))
    if problems:
        raise ConfigProblems(problems)
    return texts


def _unreadable(path: Path, error: OSError | UnicodeDecodeError) -> ConfigProblem:
    found = f"a file that cannot be read ({error})"
    return ConfigProblem(str(path), "", found, "readable TOML text in UTF-8")
