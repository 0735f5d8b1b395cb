"""Small changes of a rule, each of which its cases must notice: a number, an edge, a timer.

Works on the text of a pack, as a person would who edits it.
"""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from monitord.domain.time import MINUTE, SECOND, parse_span

_CONSTANT: Final = re.compile(r"(?<![\w.])(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|min|h|d)?(?!\w)")
_COMPARATOR: Final = re.compile(r"[<>]=?")
_OTHER_EDGE: Final = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


class Constant(NamedTuple):
    """A number or a span as a condition writes it, and where it begins and ends."""

    number: Decimal
    unit: str
    begin: int
    end: int


class Change(NamedTuple):
    """What was changed in a pack, in words, and its text afterwards."""

    told: str
    pack: str


def constants(when: str) -> list[Constant]:
    """Return every number and every span of a condition."""
    return [
        Constant(Decimal(found["number"]), found["unit"] or "", *found.span())
        for found in _CONSTANT.finditer(when)
    ]


def changes(pack: str, rule: str) -> Iterator[Change]:
    """Give every small change of one rule of a pack that could change what it does."""
    begin = pack.index(f'id = "{rule}"')
    block = pack[begin:].partition("[[rule]]")[0]
    end = begin + len(block)
    for told, changed in [*_conditions(block), *_timers(block)]:
        assert changed != block, told
        yield Change(told, pack[:begin] + changed + pack[end:])


def _conditions(block: str) -> Iterator[tuple[str, str]]:
    when: str = tomllib.loads(block)["when"]
    start = block.index(when)
    for constant in constants(when):
        step = Decimal(1).scaleb(int(constant.number.as_tuple().exponent))
        for other in (constant.number + step, constant.number - step):
            if other > 0:
                text = f"{other}{constant.unit}"
                yield _replaced(block, start + constant.begin, start + constant.end, text)
    for found in _COMPARATOR.finditer(when):
        other_edge = _OTHER_EDGE[found[0]]
        yield _replaced(block, start + found.start(), start + found.end(), other_edge)


def _timers(block: str) -> Iterator[tuple[str, str]]:
    rule = tomllib.loads(block)
    for timer in ("hold", "keep"):
        if timer not in rule:
            continue
        span_ms = parse_span(rule[timer])
        step_ms = MINUTE if span_ms > MINUTE else SECOND
        for other_ms in (span_ms - step_ms, span_ms + step_ms):
            written, other = f'{timer} = "{rule[timer]}"', f'{timer} = "{other_ms}ms"'
            yield f"{written} -> {other}", block.replace(written, other)
    if rule.get("latching"):
        yield "no longer latching", block.replace("latching = true", "latching = false")


def _replaced(block: str, begin: int, end: int, text: str) -> tuple[str, str]:
    before, after = block[:begin].rsplit(maxsplit=1)[-1], block[end:].split(maxsplit=1)[0]
    told = f"{before} [{block[begin:end]} -> {text}] {after}"
    return told, block[:begin] + text + block[end:]
