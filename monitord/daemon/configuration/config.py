"""Reads the configuration: environment over file over default, every problem told at once.

A secret is named by its file and never read, kept or shown here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from monitord.daemon.configuration.config_problems import (
    ConfigProblem,
    ConfigProblems,
    one_of,
    problems_of,
    read_toml,
)
from monitord.daemon.configuration.settings import NESTING, PREFIX, Settings

__all__ = ["ConfigProblem", "ConfigProblems", "Settings", "load_settings"]


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings from the file at `path` (if any) and from `environ`, which wins.

    Raises `ConfigProblems` with every problem of both.
    """
    written = read_toml(path, "config/monitord.toml") if path else {}
    problems = list(_unknown_sections(environ))
    overrides = _read_environment(environ)
    origin = _Origin(str(path) if path else "settings", overrides)
    try:
        settings = Settings.model_validate(_merged(written, overrides))
    except ValidationError as error:
        problems += problems_of(error, Settings, origin.of)
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
            expected = one_of(section, known)
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
