"""Reads JSON text without ever turning a decimal into a float.

A whole number comes as `int`, any other number as the `Decimal` of the text that was sent, and so
do `NaN` and `Infinity`, which are not JSON but are sent; refusing those by name is for the reader.
The same key twice in an object: the last one counts, as RFC 8259 lets a reader decide.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from json import JSONDecodeError, JSONDecoder
from typing import Final, TypeAlias

from monitord.domain.refusals import Refused

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"

_SPACE: Final = " \t\r\n"
# What Python itself will read as a whole number (sys.int_info.default_max_str_digits is more).
_MOST_DIGITS: Final = 4000
_INFINITE: Final = Decimal("Infinity")


def _any_decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # its power of ten has more digits than a machine word
        return _INFINITE


def _any_integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MOST_DIGITS else _any_decimal(text)


_quick: Final = JSONDecoder(parse_float=Decimal, parse_constant=Decimal).raw_decode
_careful: Final = JSONDecoder(
    parse_float=_any_decimal, parse_int=_any_integer, parse_constant=_any_decimal
).raw_decode


def read_text(payload: bytes) -> str:
    """Give the payload as text without the space around it; raises `Refused` if it is not UTF-8."""
    try:
        return payload.decode().strip(_SPACE)
    except UnicodeDecodeError as problem:
        found = f"byte {problem.start} of the payload is not UTF-8, expected JSON text in UTF-8"
        raise Refused("not_json", f"{found}; check the sender's encoding") from None


def read_value(text: str, start: int = 0) -> tuple[Json, int]:
    """Read the JSON value that starts there and say where it ends; raises `Refused`."""
    try:
        return _read(text, start)
    except JSONDecodeError as problem:
        raise _not_json(f"{problem.msg} at character {problem.pos}") from None
    except RecursionError:
        raise _not_json("the objects are nested too deep") from None


def read_all(text: str) -> Json:
    """Read the one JSON value that the text is; raises `Refused` when anything follows it."""
    value, end = read_value(text)
    if end != len(text):
        raise _not_json(f"more text follows at character {end}")
    return value


def element_texts(text: str) -> Iterator[str]:
    """Give the text of each element of an array that `read_all` has read."""
    place = _skip(text, 1)
    while text[place] != "]":
        _, end = read_value(text, place)
        yield text[place:end]
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def _read(text: str, start: int) -> tuple[Json, int]:
    try:
        return _quick(text, start)
    except JSONDecodeError:
        raise
    except (InvalidOperation, ValueError):  # a number that no sensor sends
        return _careful(text, start)


def _skip(text: str, place: int) -> int:
    while text[place] in _SPACE:
        place += 1
    return place


def _not_json(found: str) -> Refused:
    return Refused("not_json", f"{found}, expected one JSON object or an array; check the sender")
