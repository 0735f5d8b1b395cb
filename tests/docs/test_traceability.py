"""The clinical pages are what the packs, the scales and the tests say today."""

import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import pytest

from monitord.daemon.configuration.packs import load_rules, read_packs
from monitord.domain.features import ScaleFeature, SignalFeature
from monitord.domain.signals import SIGNAL
from monitord.rules.cases import load_cases
from monitord.rules.loader import load
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES, SCALES, grading
from monitord.scores.grading import Grading
from tests.contracts.test_rules import CASES
from tests.docs.pages import ROOT, cells
from tests.docs.traceability import rules
from tests.docs.traceability.indices import indices_page
from tests.docs.traceability.markdown import MADE_BY
from tests.docs.traceability.numbers import Number, numbers_of
from tests.docs.traceability.pages import CLINICAL, generated
from tests.docs.traceability.proofs import examples_of, proofs_of
from tests.docs.traceability.scales import own_numbers

BOOK = load_rules(ROOT / "rules", None)
STATEMENT = CLINICAL / "README.md"
# A test as the pages name it, with its example if they name one.
_TEST = re.compile(r"`(tests/[\w/]+\.py::test_\w+(?:\[[^`<]+\])?)(?:\[<[^`]+\])?`")


@pytest.mark.parametrize("name", generated())
def test_a_clinical_page_is_current(name: str) -> None:
    """A generated page of docs/clinical is what the generator writes today."""
    assert generated()[name] == (CLINICAL / name).read_text("utf-8"), (
        f"docs/clinical/{name} is behind: {MADE_BY}"
    )


def test_every_rule_and_every_scale_is_on_its_page() -> None:
    """Each rule, each scale and each index has a heading, and nothing else has one."""
    ruled = re.findall(r"^### `(.+)`$", generated()["rules.md"], re.MULTILINE)
    scaled = re.findall(r"^## `(.+)`$", generated()["scales.md"], re.MULTILINE)
    indexed = re.findall(r"^## `(.+)`$", generated()["indices.md"], re.MULTILINE)
    assert sorted({rule.template for rule in BOOK.rules}) == sorted(ruled)
    assert sorted(index.name for index in BOOK.indices) == sorted(indexed)
    assert list(SCALE_NAMES) == scaled


def test_every_case_is_on_the_page() -> None:
    """No case is left out of the pages of rules and indices."""
    page = generated()["rules.md"] + generated()["indices.md"]
    assert [] == [case.story for case in CASES if f"{case.story}\n" not in page]


@cache
def collected() -> frozenset[str]:
    """Return the tests of rules and scores that pytest finds, with and without their examples."""
    where = ["tests/contracts", "tests/properties", "tests/scenarios", "tests/unit/scores"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", *where]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    found = subprocess.run(
        command, cwd=ROOT, env=alone, capture_output=True, check=False, text=True
    )
    assert found.returncode == 0, found.stdout[-4000:]
    names = {line for line in found.stdout.splitlines() if "::" in line}
    return frozenset(names | {name.partition("[")[0] for name in names})


def test_every_test_that_a_page_names_is_run() -> None:
    """What a clinical page calls a proof is a test that pytest collects."""
    told = {name for text in generated().values() for name in _TEST.findall(text)}
    assert told
    assert set() == told - collected()


def test_every_case_and_every_cell_is_a_test() -> None:
    """Each case of a rule and each cell of a scale is one example of the test that is named."""
    assert set() == set(_examples()) - collected()


def _examples() -> Iterator[str]:
    for case in CASES:
        yield f"{rules.PROOFS}::{rules.CASE_TEST}[{case.rule}: {case.story}]"
    for proof in (proof for scale in SCALE_NAMES for proof in proofs_of(scale) if proof.examples):
        yield from (f"{proof.path}::{proof.test}[{name}]" for name in examples_of(proof))


def test_every_scale_has_its_cells_proved() -> None:
    """No scale is without a test that goes through its cells one by one."""
    with_cells = [s for s in SCALE_NAMES if any(p.examples == "CELLS" for p in proofs_of(s))]
    assert list(SCALE_NAMES) == with_cells


def test_every_scale_says_where_it_comes_from_and_what_it_does_not_cover() -> None:
    """Each scale names a source that can be looked up, and leaves something out by name."""
    made = [make(Grading()) for make in SCALES]
    assert [] == [scale.name for scale in made if not re.search(r"\b20\d\d\b", scale.source)]
    assert [] == [scale.name for scale in made if not scale.not_covered]


def test_every_rule_says_what_it_does_not_cover() -> None:
    """Each shipped rule names something that it cannot see."""
    packs = map(tomllib.loads, read_packs(ROOT / "rules").values())
    written = [rule for pack in packs for rule in pack.get("rule", [])]
    assert written
    assert [] == [rule["id"] for rule in written if not rule.get("not_covered")]


def test_every_local_number_is_read_with_its_source() -> None:
    """The page has every field of Grading, and each has its source on its line."""
    found = numbers_of(inspect.getsource(grading))
    assert [field.name for field in fields(Grading)] == [number.name for number in found]
    assert [] == [number.name for number in found if not number.source]


def test_every_number_of_a_scale_has_its_source() -> None:
    """A number that a scale has beside Grading has its source on its line."""
    found = [number for make in SCALES for number in own_numbers(sys.modules[make.__module__])]
    assert found
    assert [] == [number.name for number in found if not number.source]


def test_a_number_is_read_as_it_is_written() -> None:
    """A constant comes with its expression and its comment; one without comment has no source."""
    text = "class Limits:\n    low: int = 2 * HOUR  # Lee 2019\n\nYEARS = 12\n"
    assert [Number("low", "2 * HOUR", "Lee 2019"), Number("YEARS", "12", "")] == numbers_of(text)


def test_what_the_statement_calls_not_covered_is_not() -> None:
    """A signal that README says no rule reads is read by none, and a score it lacks is absent."""
    told = {
        word
        for row in cells(STATEMENT, "What is not covered")
        for word in re.findall(r"`(\w+)`", row[0])
    }
    asked = [feature for rule in BOOK.rules for feature in rule.condition.features()]
    read = {feature.word for feature in asked if isinstance(feature, SignalFeature)}
    graded = {feature.scale for feature in asked if isinstance(feature, ScaleFeature)}
    assert told & set(SIGNAL)
    assert set() == told & (read | graded | set(SCALE_NAMES))


def test_an_index_is_told_item_by_item() -> None:
    """The page has each item with its points, its conditions and its source, and its cases."""
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    *_, pack, told = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    vocabulary = house_vocabulary(SCALE_NAMES)
    book = load({"warming.toml": pack}, None, vocabulary)
    page = indices_page(
        {"warming.toml": pack}, book, load_cases({"warming.toml": told}, book, vocabulary)
    )
    (index,) = book.indices
    assert index.items
    for item in index.items:
        (row,) = [line for line in page.splitlines() if f"| {item.label} |" in line]
        assert row.startswith(f"| {item.points} |")
        assert row.endswith(f" {item.source} |")
        assert all(condition.text() in row for condition in item.conditions())
    assert "| maturity | sandbox |" in page
    assert "| points in all | 25 |" in page
    assert 3 == len(re.findall(r"^- (?:counts|silent|missing): ", page, re.MULTILINE))
