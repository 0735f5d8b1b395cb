"""From TOML text to checked models: where pydantic's words become problems in the house's words.

Decimals are read as written, never through a float. Nothing but problems comes of bad text.
"""

import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from monitord.domain.refusals import nearest, shown
from monitord.domain.time import DAY, Millis, parse_span
from monitord.rules.problems import Problem

Document = dict[str, object]
Model = TypeVar("Model", bound=BaseModel)

# No timer and no case is longer than the memory of the house (design.md, memory).
SPAN_MS_MAX: Final = 14 * DAY
# What lies before a case may be older than any window: an infusion a year ago.
PAST_MS_MAX: Final = 365 * DAY


def _span_within(most_ms: Millis) -> Callable[[object], Millis]:
    form = f"a span in quotes such as 30s, 5min, 2h, of at most {most_ms // DAY}d"

    def span_ms(written: object) -> Millis:
        try:
            read_ms = parse_span(written) if isinstance(written, str) else most_ms + 1
        except ValueError:
            read_ms = most_ms + 1
        if read_ms > most_ms:
            raise PydanticCustomError("span", form)
        return read_ms

    return span_ms


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty", "words")
    return " ".join(text.split())


# A span of time, written as text; in the model it is milliseconds.
SpanText = Annotated[Millis, BeforeValidator(_span_within(SPAN_MS_MAX))]
# The same for how long ago something was.
PastText = Annotated[Millis, BeforeValidator(_span_within(PAST_MS_MAX))]
# Prose with at least one word; line breaks and runs of spaces become one space.
Prose = Annotated[str, AfterValidator(_said)]
# A name that may stand in a topic, a label and a file name.
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]


def read_toml(file: str, text: str, problems: list[Problem]) -> Document:
    """Read TOML; what cannot be read is a problem and an empty document."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as problem:
        expected = "TOML, where a key is set as: key = value"
        problems.append(Problem(file, "", "", f"text that is not TOML: {problem}", expected))
        return {}


def validate(
    model: type[Model],
    document: object,
    problems: list[Problem],
    *,
    file: str,
    owner: str = "",
    parts: Mapping[str, type[BaseModel]] | None = None,
) -> Model | None:
    """Check a document against a model; None when problems were found.

    `parts` names the models below the keys of this one, so that their keys are known too.
    """
    try:
        return model.model_validate(document)
    except ValidationError as problem:
        found = problem.errors(include_url=False)
        problems += [_problem(details, model, file, owner, parts or {}) for details in found]
        return None


def _problem(
    details: ErrorDetails,
    model: type[BaseModel],
    file: str,
    owner: str,
    parts: Mapping[str, type[BaseModel]],
) -> Problem:
    location = [step for step in details["loc"] if not str(step).startswith("function-")]
    key = _place(location)
    match details["type"]:
        case "missing":
            return Problem(file, owner, key, "nothing", f"the key {location[-1]}")
        case "extra_forbidden":
            known = (parts[str(location[0])] if len(location) > 1 else model).model_fields
            unknown = str(location[-1])
            expected = f"one of {', '.join(known)}"
            return Problem(file, owner, key, "an unknown key", expected, nearest(unknown, known))
        case _:
            found = details["input"]
            expected = _expected(details)
            words = expected.removeprefix("one of ").split(", ") if isinstance(found, str) else []
            hint = nearest(found, words) if words[1:] else None
            return Problem(file, owner, key, shown(found), expected, hint)


def _place(location: list[int | str]) -> str:
    """Write where something is, counting entries from 1: `given 2, at`."""
    text = ""
    for step in location:
        text += f" {step + 1}" if isinstance(step, int) else f"{', ' if text else ''}{step}"
    return text


def _expected(details: ErrorDetails) -> str:
    match details["type"]:
        case "enum" | "literal_error":
            known: str = details["ctx"]["expected"]
            return "one of " + known.replace("'", "").replace(" or ", ", ")
        case "string_pattern_mismatch":
            return "small letters and digits with - or _ between, such as crs-grade-2"
        case _:
            return details["msg"].removeprefix("Input should be ")
