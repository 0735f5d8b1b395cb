"""Reads the configuration: environment over file over default, every problem told at once.

A secret is named by its file and never read, kept or shown here.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource, SettingsError

from monitord.daemon.settings import NESTING, PREFIX, Settings
from monitord.domain.refusals import nearest

__all__ = ["ConfigProblem", "ConfigProblems", "Settings", "load_settings"]

_LONGEST_SHOWN: Final = 60
_INPUT_SHOULD_BE: Final = "Input should be "


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing wrong: where it was written, what was found, what was expected."""

    where: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        """Write the problem as one line."""
        place = f"{self.where}: {self.key}" if self.key else self.where
        return f"{place}: found {self.found}, expected {self.expected}"


class ConfigProblems(Exception):
    """The configuration cannot be used; `problems` holds every reason."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings from the file at `path` (if any) and from `environ`, which wins.

    Raises `ConfigProblems` with every problem of both.
    """
    written = _read_file(path) if path else {}
    problems = list(_unknown_sections(environ))
    overrides = _read_environment(environ)
    origin = _Origin(str(path) if path else "settings", overrides)
    try:
        settings = Settings.model_validate(_merged(written, overrides))
    except ValidationError as error:
        problems += [_told(details, origin) for details in error.errors(include_url=False)]
        raise ConfigProblems(problems) from None
    if problems:
        raise ConfigProblems(problems)
    return settings


@dataclass(frozen=True, slots=True)
class _Origin:
    file: str
    overrides: Mapping[str, object]

    def of(self, keys: tuple[int | str, ...]) -> str:
        value: object = self.overrides
        for key in keys:
            if not isinstance(value, Mapping) or key not in value:
                return self.file
            value = value[key]
        if isinstance(value, Mapping):
            return self.file
        return f"environment {PREFIX}{NESTING.join(str(key) for key in keys).upper()}"


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        found, expected = error.strerror or "an unreadable file", "a readable TOML file"
    except UnicodeDecodeError:
        found, expected = "bytes that are not UTF-8", "TOML text in UTF-8"
    except tomllib.TOMLDecodeError as error:
        found, expected = f"text that is not TOML ({error})", "TOML, see config/monitord.toml"
    raise ConfigProblems([ConfigProblem(str(path), "", found, expected)])


def _read_environment(environ: Mapping[str, str]) -> dict[str, object]:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in environ.items()}
    try:
        return source()
    except SettingsError as error:
        expected = 'JSON, such as ["p-1", "p-2"], where a setting is a list or a table'
        raise ConfigProblems([ConfigProblem("environment", "", str(error), expected)]) from None


def _unknown_sections(environ: Mapping[str, str]) -> Iterator[ConfigProblem]:
    # The settings library passes over names whose section it does not know.
    known = set(Settings.model_fields)
    for name in sorted(environ):
        section = name.upper().removeprefix(PREFIX).split(NESTING)[0].lower()
        if name.upper().startswith(PREFIX) and section not in known:
            expected = _one_of(section, known)
            yield ConfigProblem(f"environment {name}", "", "an unknown section", expected)


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(under, value)
        else:
            merged[key] = value
    return merged


def _told(details: ErrorDetails, origin: _Origin) -> ConfigProblem:
    # A key that is wrong itself, not its value, ends in a mark of the validation library.
    keys = tuple(key for key in details["loc"] if key != "[key]")
    where, key = origin.of(keys), ".".join(str(key) for key in keys)
    if details["type"] == "extra_forbidden":
        # The value of an unknown key is not shown: it may be a password in the wrong place.
        expected = _one_of(str(keys[-1]), _known_keys(keys[:-1]))
        return ConfigProblem(where, key, "an unknown key", expected)
    if details["type"] == "missing":
        return ConfigProblem(where, key, "nothing", "a value")
    if isinstance(details["input"], Mapping):
        found = "settings that do not fit together"
    else:
        found = _shown(details["input"])
    return ConfigProblem(where, key, found, details["msg"].removeprefix(_INPUT_SHOULD_BE))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _known_keys(keys: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for key in keys:
        field = model.model_fields.get(str(key))
        annotation = field.annotation if field else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return ["stale_after"]
        model = annotation
    return [field.alias or name for name, field in model.model_fields.items()]


def _one_of(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    guess = nearest(word, names)
    choices = f"one of {', '.join(names)}"
    return f"{choices}; did you mean {guess}?" if guess else choices
