"""Cases of indices: each item counts in one, none in another, an input is missing in a third."""

import pytest

from monitord.rules.case_schema import CaseKind
from monitord.rules.cases import Case, load_cases
from monitord.rules.expectations import Expected
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import HEAD, RULE, load_one
from tests.unit.rules.test_indices import DEPRECATED, INDEX
from tests.unit.rules.trees import VOCABULARY

BOOK = load_one(HEAD + INDEX)
WITH_RULE = load_one(HEAD + INDEX + RULE)


def case(kind: str, expect: str, subject: str = 'index = "early_warning"', more: str = "") -> str:
    return f"""
[[case]]
{subject}
kind = "{kind}"
story = "A patient."
{more}
expect = [{{ at = "10min", {expect} }}]
"""


COUNTS = case("counts", 'early_warning = "15..25", counts = ["warm"]')
COUNTS_TOO = case("counts", 'early_warning = "10", counts = ["fast"]')
SILENT = case("silent", 'early_warning = "0"')
MISSING = case("missing", 'early_warning = "0..25"')
COMPLETE = COUNTS + COUNTS_TOO + SILENT + MISSING


def cases(text: str) -> tuple[Case, ...]:
    return load_cases({"crs.toml": text}, BOOK, VOCABULARY)


def complaints(text: str) -> list[str]:
    with pytest.raises(PackProblems) as caught:
        cases(text)
    return list(map(str, caught.value.problems))


def test_a_case_of_an_index_arrives_whole() -> None:
    """What is expected of the interval and of its items is ready for the engine to play."""
    first = cases(COMPLETE)[0]
    (expected,) = first.expectations
    assert (CaseKind.COUNTS, "early_warning", True) == (first.kind, first.rule, first.is_of_index)
    assert (Expected("early_warning", (15, 25)),) == expected.intervals
    assert frozenset({"warm"}) == expected.counts
    assert expected.phase is None


def test_an_index_may_be_expected_not_to_apply() -> None:
    """Where an index has nothing to say, the case says none."""
    (*_, last) = cases(COMPLETE + case("silent", 'early_warning = "none"'))
    assert (Expected("early_warning", None),) == last.expectations[0].intervals


LACKING = {
    "silent": (COUNTS + COUNTS_TOO + MISSING, "found no case of kind silent, expected at least"),
    "missing": (COUNTS + COUNTS_TOO + SILENT, "found no case of kind missing, expected at least"),
    "an item": (COUNTS + SILENT + MISSING, "found no case in which the item 'fast' counts"),
}


@pytest.mark.parametrize(("text", "said"), LACKING.values(), ids=LACKING)
def test_an_index_without_its_cases_is_told(text: str, said: str) -> None:
    """Each item has a case in which it counts, beside one in which none does and one with a gap."""
    (complaint,) = complaints(text)
    assert complaint.startswith(f'cases/crs.toml: index "early_warning": {said}')


def test_a_deprecated_index_needs_no_cases() -> None:
    """What is no longer computed is no longer proved."""
    book = load_one(HEAD + DEPRECATED + RULE.replace("fever", "old-fever"))
    of_rule = "".join(
        case(kind, f'phase = "{phase}"', 'rule = "old-fever"')
        for kind, phase in (("fires", "ACTIVE"), ("silent", "QUIET"), ("missing", "QUIET"))
    )
    assert 3 == len(load_cases({"crs.toml": of_rule}, book, VOCABULARY))


def test_a_case_of_a_rule_may_expect_any_scale() -> None:
    """Beside the phase of its alert, or instead, a case tells intervals of scales and indices."""
    text = case("silent", 'phase = "QUIET", crs_astct = "0..4"', 'rule = "fever"')
    text += case("missing", 'early_warning = "0..25"', 'rule = "fever"')
    text += case("fires", 'phase = "ACTIVE"', 'rule = "fever"')
    found = load_cases({"crs.toml": text + COMPLETE}, WITH_RULE, VOCABULARY)
    assert (Expected("crs_astct", (0, 4)),) == found[0].expectations[0].intervals
    assert (Expected("early_warning", (0, 25)),) == found[1].expectations[0].intervals


BAD = {
    "both": (
        case("counts", 'news2 = "0"', 'rule = "a"\nindex = "b"'),
        "rule: found both rule and index",
    ),
    "neither": (case("counts", 'news2 = "0"', ""), "case 5, rule: found nothing, expected one of"),
    "unknown index": (
        SILENT.replace('index = "early_warning"', 'index = "erly_warning"'),
        "index: found 'erly_warning', expected an index that is computed; did you mean \"early",
    ),
    "unknown scale": (
        SILENT.replace('early_warning = "0"', 'erly_warning = "0"'),
        "expect 1, erly_warning: found an unknown key, expected one of at, phase, reason, counts",
    ),
    "nearest scale": (
        SILENT.replace('early_warning = "0"', 'erly_warning = "0"'),
        'did you mean "early_warning"?',
    ),
    "interval": (
        MISSING.replace("0..25", "0-25"),
        "early_warning: found '0-25', expected an interval in quotes such as",
    ),
    "backwards": (MISSING.replace("0..25", "25..0"), "found '25..0', expected an interval"),
    "no text": (MISSING.replace('"0..25"', "25"), "found '25', expected an interval"),
    "unknown item": (
        COUNTS.replace('["warm"]', '["worm"]'),
        "counts: found 'worm', expected items of early_warning; did you mean \"warm\"?",
    ),
    "of a rule": (COUNTS.replace('"counts"', '"fires"'), "kind: found 'fires', expected one of"),
    "phase": (
        SILENT.replace('"0"', '"0", phase = "QUIET"'),
        "phase: found an alert's, expected none, as an index has none",
    ),
    "no own interval": (case("silent", 'news2 = "0"'), "found nothing, expected the key early"),
    "answer": (
        case("silent", 'early_warning = "0"', more='acknowledge = [{ at = "0s" }]'),
        "acknowledge: found an answer, expected none, as an index raises no alert",
    ),
    "counts nothing": (COUNTS.replace(', counts = ["warm"]', ""), "expect: found no item, expect"),
    "silent counts": (
        SILENT.replace('"0"', '"5..9"'),
        "found an item that counts, expected none, as kind",
    ),
    "nothing missing": (MISSING.replace("0..25", "5"), "expect: found no open interval, expected"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_cases_of_indices_are_refused(text: str, said: str) -> None:
    """Each fault is told with file, case, key, what was found and what belongs there."""
    told = complaints(COMPLETE + text)
    assert any(said in complaint for complaint in told), told


def test_a_case_of_a_rule_names_no_items() -> None:
    """Items are of an index; and a rule is shown by none of the kinds of an index."""
    text = case("counts", 'phase = "QUIET", counts = ["warm"]', 'rule = "fever"')
    with pytest.raises(PackProblems) as caught:
        load_cases({"crs.toml": text}, WITH_RULE, VOCABULARY)
    told = "\n".join(map(str, caught.value.problems))
    assert "counts: found items, expected no items, as the case is of a rule" in told
    assert "kind: found 'counts', expected one of fires, silent, missing" in told


def test_a_case_of_an_index_stands_in_the_file_of_its_pack() -> None:
    """A case in the file of another pack is told."""
    book = load_one(HEAD + INDEX)
    with pytest.raises(PackProblems, match="found an index of pack crs, expected an index of pack"):
        load_cases({"crs.toml": COMPLETE, "icans.toml": SILENT}, book, VOCABULARY)
