"""What every shipped index keeps: each of its numbers says where it comes from.

The index of the reference of the language is held to the same.
"""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from monitord.daemon.packs import read_packs
from tests.contracts.rule_changes import constants
from tests.contracts.test_rules import IN_A_CITATION, RULES, SOURCE, UNCHECKED, UNIT_WORDS

_REFERENCE: Final = (RULES.parent / "docs" / "rules.md").read_text("utf-8")
_EXAMPLE: Final = re.findall(r"```toml\n(pack = .*?)```", _REFERENCE, re.DOTALL)[-1]
INDICES: Final[list[dict[str, Any]]] = [
    index
    for text in (*read_packs(RULES).values(), _EXAMPLE)
    for index in tomllib.loads(text).get("index", [])
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
