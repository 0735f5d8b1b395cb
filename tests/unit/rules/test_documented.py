"""The reference of the language: complete, and true in every example."""

import re
from pathlib import Path

import pytest

from monitord.domain.features import ContextName, SignalMeasure, TreatmentMeasure
from monitord.rules.case_schema import CaseText, ExpectText, GivenText, PatientText
from monitord.rules.cases import load_cases
from monitord.rules.language import parse_condition
from monitord.rules.loader import load
from monitord.rules.problems import ConditionProblems, PackProblems
from monitord.rules.schema import IndexText, ItemText, Pack, RuleText
from monitord.rules.vocabulary import SIGNAL_SORTS, Sort
from tests.unit.rules.trees import VOCABULARY

TEXT = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
PACK, CASE, INDEX, INDEX_CASES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
# Every row of the tables of readings: what is written and its sort.
ROWS = re.findall(r"^\| (`.+?`) \| (number|rate|span|age|truth|coded) \|", TEXT, re.MULTILINE)
READINGS = [(reading, sort) for cell, sort in ROWS for reading in re.findall(r"`(.+?)`", cell)]
FINISHED = {
    "number": "{} > 1",
    "rate": "{} > 1 per_hour",
    "span": "{} > 1h",
    "age": "{} > 1h",
    "truth": "{}",
    "coded": '{} == "acute"',
}


def test_the_example_loads() -> None:
    """The rule of the reference is a rule, and its case a case of it."""
    book = load({"crs.toml": PACK}, None, VOCABULARY)

    with pytest.raises(PackProblems, match="found no case of kind silent, missing"):
        load_cases({"crs.toml": CASE}, book, VOCABULARY)


def test_the_index_of_the_reference_is_complete() -> None:
    """The index of the reference loads, and its cases are all that an index needs."""
    book = load({"warming.toml": INDEX}, None, VOCABULARY)

    assert 3 == len(load_cases({"warming.toml": INDEX_CASES}, book, VOCABULARY))


@pytest.mark.parametrize(("reading", "sort"), READINGS, ids=[reading for reading, _ in READINGS])
def test_every_reading_is_of_its_sort(reading: str, sort: str) -> None:
    """Each reading in the tables is understood, and is of the sort the table says."""
    constant = "20" if reading.startswith("temperature") and "count" not in reading else "1"
    text = FINISHED[sort].format(reading).replace("> 1", f"> {constant}", 1)

    assert parse_condition(text, VOCABULARY).features()
    for other in set(FINISHED) - {sort, "span", "age"}:
        with pytest.raises(ConditionProblems):
            parse_condition(FINISHED[other].format(reading), VOCABULARY)


def test_every_measure_and_context_word_is_documented() -> None:
    """Nothing that the language knows is missing from its reference."""
    written = " ".join(reading for reading, _ in READINGS)

    assert not [m for m in SignalMeasure if f"temperature.{m}" not in written]
    assert not [m for m in TreatmentMeasure if not re.search(rf"\b\w+\.{m}\b", written)]
    assert not [name for name in ContextName if name not in written]
    assert {"AGE", "NUMBER", "RATE", "SPAN", "TRUTH"} == {s.name for s in SIGNAL_SORTS.values()}
    assert Sort.AGE is SIGNAL_SORTS[SignalMeasure.AGE]


@pytest.mark.parametrize(
    "model",
    [Pack, RuleText, IndexText, ItemText, CaseText, ExpectText, PatientText, GivenText],
)
def test_every_key_is_documented(model: type[Pack]) -> None:
    """No key of a pack, a rule, an index or a case is missing from the reference."""
    assert not [key for key in model.model_fields if f"`{key}`" not in TEXT and key != "rule"]
