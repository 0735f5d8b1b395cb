"""The page about indices: every item with its points and its source, and what proves them."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from monitord.rules.book import RuleBook
from monitord.rules.cases import Case
from tests.docs.traceability.markdown import bullets, linked, named, page, table
from tests.docs.traceability.scales import indices_read

PROOFS: Final = "tests/contracts/test_rules.py"
CASE_TEST: Final = "test_a_case_comes_true"

_LEGEND: Final = (
    "An index is a sum of points over conditions, at most 100, defined in a pack; nothing else "
    "goes into it ([how to write one](../rules.md#indices)). An item that is unknown counts "
    "nothing at the low end and all its points at the high end.\n"
    "What is `sandbox` is told as (sandbox, not validated) and no rule that pages may read it."
)
_PLAYED: Final = named(PROOFS, CASE_TEST, "<index>: <story>")
_NONE: Final = "No pack defines an index."
_DOUBTS: Final = {
    "hidden_when": "its absence is not believed when",
    "untrusted_when": "nothing is believed of it when",
}


def indices_page(packs: Mapping[str, str], book: RuleBook, cases: Sequence[Case]) -> str:
    """Write the page of the packs (file name -> text) that `book` and `cases` were read from."""
    written = [
        (file, index)
        for file, text in packs.items()
        for index in tomllib.loads(text).get("index", [])
    ]
    sections = [_index(file, index, book, cases) for file, index in written]
    return page("The indices, item by item", _LEGEND, *(sections or [_NONE]))


def _index(file: str, index: dict[str, Any], book: RuleBook, cases: Sequence[Case]) -> str:
    own = [case for case in cases if case.is_of_index and case.rule == index["id"]]
    return "\n\n".join(
        (
            f"## `{index['id']}`",
            table(("", ""), _facts(file, index)),
            table(("points", "item", "when", "source"), map(_item, index["item"])),
            f"### Rules that rest on `{index['id']}`",
            bullets(_resting(index["id"], book)) or "None: it is computed and published, no more.",
            f"### Cases of `{index['id']}`",
            f"Each is played through the real step by {_PLAYED}.",
            bullets(f"{case.kind}: {case.story}" for case in own),
        )
    )


def _facts(file: str, index: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "label", index["label"]
    yield "pack", f"`{file}`"
    yield "version", str(index["version"])
    yield "maturity", index["maturity"]
    yield "points in all", str(sum(item["points"] for item in index["item"]))
    yield "applies when", _code(index.get("applies_when", "")) or "always"
    yield "source", index["because"]
    yield "not covered", index["not_covered"]


def _item(item: dict[str, Any]) -> tuple[str, str, str, str]:
    doubts = (f"; {said} {_code(item[key])}" for key, said in _DOUBTS.items() if key in item)
    when = f"{_code(item['when'])}{''.join(doubts)}"
    return str(item["points"]), item["label"], when, item["because"]


def _code(condition: str) -> str:
    return f"`{' '.join(condition.split())}`" if condition else ""


def _resting(name: str, book: RuleBook) -> Iterator[str]:
    for rule in book.rules:
        if name in indices_read(rule):
            policy = rule.policy
            yield f"{linked(policy.rule, 'rules.md')}: {policy.maturity}, {policy.priority}"
