"""Says in the words of the house what pydantic found wrong with an event.

One mistake is told, the first; a sender who mends it will hear of the next.
"""

import re
from functools import partial
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitord.domain.refusals import Refused, did_you_mean, shown

_QUOTED: Final = re.compile("'([^']*)'")
# What it means when the text of a field is longer than any true one.
_TOO_LONG: Final = {
    "time": "bad_time",
    "received": "bad_time",
    "until": "bad_time",
    "signal": "unknown_signal",
    "treatment": "unknown_treatment",
    "value": "unknown_word",
}
_BAD_PATTERN: Final = {
    "patient": ("bad_patient", "1 to 64 of A-Z a-z 0-9 . _ -"),
    "ward": ("bad_ward", "1 to 64 characters without / + #"),
}
_MEND: Final = "see the fields of this kind of event"
_TYPES: Final = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "greater_than_equal": "a whole number of at most 64 bits",
    "int_type": "a whole number",
    "less_than": "a whole number of at most 64 bits",
    "string_type": "a text",
    "string_unicode": "a text that is Unicode",
}


def named(value: object) -> str:
    """Show a JSON value for a sentence; what is inside lists and objects is left out.

    >>> named("x"), named([1]), named(5)
    ("'x'", 'a list', '5')
    """
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return shown(value)
        case _:
            return shown(value, longest=24).strip("'")


def first_mistake(problem: ValidationError) -> Refused:
    """Give the first mistake as a refusal."""
    error = problem.errors(include_url=False)[0]
    field = str(error["loc"][0]) if error["loc"] else "event"
    found = f"{field} is {named(error['input'])}"
    match error["type"]:
        case "missing":
            detail = f"there is no {field}, expected one; add the field"
            return Refused("missing_field", detail)
        case "string_pattern_mismatch":
            reason, expected = _BAD_PATTERN[field]
            return Refused(reason, f"{found}, expected {expected}; rename it at the sender")
        case "literal_error" if isinstance(error["input"], str):
            return _unknown_word(found, error)
        case "string_too_long" | "too_long":
            return _too_long(found, field)
        case _ if isinstance(error["input"], str) and field in ("value", "dose"):
            return _too_long(found, field)  # of three types none fits; the text's is its length
        case kind:
            expected = "a number or a word" if field in ("value", "dose") else _TYPES.get(kind, "")
            return Refused("wrong_type", f"{found}, expected {expected or 'another type'}; {_MEND}")


def _too_long(found: str, field: str) -> Refused:
    reason = _TOO_LONG.get(field, "too_long")
    return Refused(reason, f"{found}, expected something shorter; see docs/signals.md")


def _unknown_word(found: str, error: ErrorDetails) -> Refused:
    words = _QUOTED.findall(error.get("ctx", {}).get("expected", ""))
    expected = f"{found}, expected one of {', '.join(words)}"
    return Refused("unknown_word", expected, partial(did_you_mean, error["input"], words))
