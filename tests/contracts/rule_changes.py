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
    yield from _condition(block, block.index(when), when)


def _condition(block: str, start: int, when: str) -> Iterator[tuple[str, str]]:
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


def index_alone(pack: str, index: str) -> str:
    """Give a pack that has nothing but one index of this one."""
    begin = pack.index(f'[[index]]\nid = "{index}"')
    header = pack.partition("\n[[")[0]
    return f"{header}\n\n" + re.split(r"\n\[\[(?:rule|index)\]\]\n", pack[begin:])[0]


def index_changes(pack: str, label: str) -> Iterator[Change]:
    """Give every small change of the conditions, windows and points of one item of an index."""
    for told, changed in [*_conditions_of_item(pack, label), *_points(pack, label)]:
        assert changed != pack, told
        yield Change(told, changed)


def _conditions_of_item(pack: str, label: str) -> Iterator[tuple[str, str]]:
    (index,) = tomllib.loads(pack)["index"]
    (item,) = (item for item in index["item"] if item["label"] == label)
    start = pack.index(f'label = "{label}"')
    for key in ("when", "hidden_when", "untrusted_when"):
        if key in item:
            for told, changed in _condition(pack, pack.index(item[key], start), item[key]):
                yield f"{key}: {told}", changed


def _points(pack: str, label: str) -> Iterator[tuple[str, str]]:
    found = re.search(rf'^points = (\d+)\nlabel = "{re.escape(label)}"$', pack, re.MULTILINE)
    assert found, label
    for other in (int(found[1]) + 1, int(found[1]) - 1):
        yield (
            f"points [{found[1]} -> {other}]",
            (f"{pack[: found.start(1)]}{other}{pack[found.end(1) :]}"),
        )
