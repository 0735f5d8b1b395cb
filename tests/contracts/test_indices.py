"""What every shipped index keeps: each of its numbers says where it comes from.

The index of the reference of the language is held to the same.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from monitord.daemon.configuration.packs import read_packs
from monitord.rules.cases import Case
from monitord.rules.loader import load
from monitord.rules.problems import PackProblems
from tests.contracts.rule_changes import Change, constants, index_alone, index_changes
from tests.contracts.test_rules import (
    CASES,
    IN_A_CITATION,
    PACKS,
    RULES,
    SOURCE,
    UNCHECKED,
    UNIT_WORDS,
    VOCABULARY,
    failures,
)

_REFERENCE: Final = (RULES.parent / "docs" / "rules.md").read_text("utf-8")
_EXAMPLE: Final = re.findall(r"```toml\n(pack = .*?)```", _REFERENCE, re.DOTALL)[-1]
INDICES: Final[list[dict[str, Any]]] = [
    index
    for text in (*read_packs(RULES).values(), _EXAMPLE)
    for index in tomllib.loads(text).get("index", [])
]
ITEMS: Final = [
    (file, index["id"], item["label"])
    for file, text in PACKS.items()
    for index in tomllib.loads(text).get("index", [])
    for item in index["item"]
]


def parts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every index and every item, by a name for it."""
    for index in INDICES:
        yield index["id"], index
        yield from ((f"{index['id']}: {item['label']}", item) for item in index["item"])


def test_an_index_and_each_of_its_items_says_where_it_comes_from() -> None:
    """Each has a source that can be looked up, or admits to be ours."""
    assert INDICES
    assert [] == [name for name, part in parts() if not SOURCE.search(part["because"])]


def test_every_number_of_an_item_is_told_in_its_source() -> None:
    """Each number in a condition stands in `because`, beside its paper or as the house's own."""
    assert [] == [
        f"{name}: {constant.number}{constant.unit}"
        for name, part in parts()
        for key in ("applies_when", "when", "hidden_when", "untrusted_when")
        for constant in constants(part.get(key, ""))
        if not _is_told(constant.number, constant.unit, part["because"])
    ]


def _is_told(number: Decimal, unit: str, because: str) -> bool:
    told = re.findall(r"\d+(?:\.\d+)?", IN_A_CITATION.sub("", because))
    return number in map(Decimal, told) and UNIT_WORDS[unit] in because


def test_what_was_not_checked_against_its_paper_stays_in_the_sandbox() -> None:
    """An index with one item that nobody has checked is told as not validated."""
    assert [] == [
        index["id"]
        for index in INDICES
        if any(UNCHECKED.search(part["because"]) for part in (index, *index["item"]))
        and index["maturity"] != "sandbox"
    ]


def test_no_index_is_stable_before_a_clinician_has_signed() -> None:
    """Nobody has signed an index off, so none is called stable."""
    assert "stable" not in {index["maturity"] for index in INDICES}


@pytest.mark.parametrize(("file", "index", "label"), ITEMS)
def test_the_cases_of_an_index_notice_every_small_change(file: str, index: str, label: str) -> None:
    """A number, an edge, a window or the points of an item a little different fail a case."""
    of_index = _nearest_first([case for case in CASES if case.rule == index], label)
    changes = index_changes(index_alone(PACKS[file], index), label)
    assert [] == [change.told for change in changes if not _is_noticed(change, file, of_index)]


@pytest.mark.parametrize(("file", "index"), sorted({(file, index) for file, index, _ in ITEMS}))
def test_the_cases_of_an_index_come_true_with_nothing_beside_it(file: str, index: str) -> None:
    """An index says the same in a pack that has nothing else: no rule keeps its columns awake."""
    book = load({file: index_alone(PACKS[file], index)}, None, VOCABULARY)
    assert [] == failures(book, [case for case in CASES if case.rule == index])


def _nearest_first(cases: list[Case], label: str) -> list[Case]:
    """Begin with the cases told beside those in which the item counts: they are mostly about it."""
    about = [place for place, case in enumerate(cases) if label in _counting(case)]
    assert about, f"no case in which this counts: {label}"
    order = sorted(range(len(cases)), key=lambda place: min(abs(place - a) for a in about))
    return [cases[place] for place in order]


def _counting(case: Case) -> set[str]:
    return {label for expected in case.expectations for label in expected.counts or ()}


def _is_noticed(change: Change, file: str, cases: Iterable[Case]) -> bool:
    """An index of more than 100 points is refused, which is to notice it."""
    try:
        book = load({file: change.pack}, None, VOCABULARY)
    except PackProblems:
        assert change.told.startswith("points"), change.told
        return True
    return any(failures(book, [case]) for case in cases)
