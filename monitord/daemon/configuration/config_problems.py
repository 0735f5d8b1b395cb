"""What is wrong with a file of settings, told in one form: place, key, found, expected.

Every problem of a file is told at once, an unknown key with the nearest known one.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitord.domain.refusals import nearest

Keys: TypeAlias = tuple[int | str, ...]

_LONGEST_SHOWN: Final = 60
_INPUT_SHOULD_BE: Final = "Input should be "
# Where the library's message tells what was found.
_EXPECTED: Final = {
    "path_not_file": "a file that is there",
    "path_not_directory": "a folder that is there",
}


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


def read_toml(path: Path, example: str) -> dict[str, object]:
    """Read a file of settings; `example` is one that a person may look at.

    Raises `ConfigProblems` when it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        found, expected = error.strerror or "an unreadable file", "a readable TOML file"
    except UnicodeDecodeError:
        found, expected = "bytes that are not UTF-8", "TOML text in UTF-8"
    except tomllib.TOMLDecodeError as error:
        found, expected = f"text that is not TOML ({error})", f"TOML, see {example}"
    raise ConfigProblems([ConfigProblem(str(path), "", found, expected)])


def problems_of(
    error: ValidationError, model: type[BaseModel], where: Callable[[Keys], str]
) -> list[ConfigProblem]:
    """Tell everything that does not fit the model; `where` says in which place a key stands."""
    return [_told(details, model, where) for details in error.errors(include_url=False)]


def one_of(word: str, known: Iterable[str]) -> str:
    """List the known words, and ask after the nearest.

    >>> one_of("hots", ["port", "host"])
    'one of host, port; did you mean host?'
    """
    names = sorted(known)
    guess = nearest(word, names)
    choices = f"one of {', '.join(names)}"
    return f"{choices}; did you mean {guess}?" if guess else choices


def _told(
    details: ErrorDetails, model: type[BaseModel], where: Callable[[Keys], str]
) -> ConfigProblem:
    # A key that is wrong itself, not its value, ends in a mark of the validation library.
    keys = tuple(key for key in details["loc"] if key != "[key]")
    place, key = where(keys), ".".join(str(key) for key in keys)
    if details["type"] == "extra_forbidden":
        # The value of an unknown key is not shown: it may be a password in the wrong place.
        expected = one_of(str(keys[-1]), _known_keys(model, keys[:-1]))
        return ConfigProblem(place, key, "an unknown key", expected)
    if details["type"] == "missing":
        return ConfigProblem(place, key, "nothing", "a value")
    if isinstance(details["input"], Mapping):
        found = "settings that do not fit together"
    else:
        found = _shown(details["input"])
    expected = _EXPECTED.get(details["type"]) or details["msg"].removeprefix(_INPUT_SHOULD_BE)
    return ConfigProblem(place, key, found, expected)


def _shown(value: object) -> str:
    text = repr(value)
    # What comes before an @ in an address may be a password.
    if "@" in text:
        text = f"'***{text[text.rindex('@') :]}"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _known_keys(model: type[BaseModel], keys: Keys) -> list[str]:
    """The keys of the table that stands under `keys`, through lists and named tables."""
    inside: object = model
    for key in keys:
        if isinstance(inside, type) and issubclass(inside, BaseModel):
            field = inside.model_fields.get(str(key))
            inside = field.annotation if field else None
        else:
            inside = next((one for one in reversed(get_args(inside)) if one is not ...), None)
    if not (isinstance(inside, type) and issubclass(inside, BaseModel)):
        return []
    return [field.alias or name for name, field in inside.model_fields.items()]
