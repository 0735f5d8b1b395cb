"""What every shipped rule keeps: it says where it comes from, and its cases come true."""

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from monitord.daemon.configuration.packs import load_rules, read_cases, read_lock, read_packs
from monitord.domain.alerts import Maturity
from monitord.engine.rehearsal import rehearse
from monitord.rules.book import Rule, RuleBook
from monitord.rules.cases import Case, load_cases
from monitord.rules.loader import load
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES
from tests.contracts.rule_changes import Change, changes, constants

RULES: Final = Path(__file__).parents[2] / "rules"
VOCABULARY: Final = house_vocabulary(SCALE_NAMES)
PACKS: Final = read_packs(RULES)
BOOK: Final = load_rules(RULES, None)
CASES: Final = load_cases(read_cases(RULES), BOOK, VOCABULARY)
WRITTEN: Final = [
    (file, rule) for file, text in PACKS.items() for rule in tomllib.loads(text).get("rule", [])
]

# A guideline or paper by year or number, or the admission that there is none.
SOURCE: Final = re.compile(r"\b(19|20)\d\d\b|PMC\d|view-large \d|NCCN|the house's own")
IN_A_CITATION: Final = re.compile(r"Tab(le)? ?\d+|PMC\d+|view-large \d+|\b(19|20)\d\d\b")
UNIT_WORDS: Final = {"": "", "s": "second", "min": "minute", "h": "hour", "d": "day"}
# What clinical.md marks [K]: known from memory of the paper only, and not checked against it.
UNCHECKED: Final = re.compile(r"\[K\]|\bHines\b|\bIEC-HS\b|\bMCP-1\b|\bREMS\b|\bROX\b")

# Changes that no patient can show: where two ages meet, the lower limit decides in either form.
NO_DIFFERENCE: Final = {
    "sustained-hypotension-child": {"> [10 -> 11] or", "(age_years [> -> >=] 10"},
    "tachycardia-with-fever-child": {
        "< [5 -> 6] and",
        "age_years [< -> <=] 5",
        "< [12 -> 13] and",
        "age_years [< -> <=] 12",
    },
}


def each_rule(rule: Rule) -> str:
    return rule.policy.rule


def test_the_packs_load_with_their_lock() -> None:
    """The shipped packs have no problem, and no rule differs from what the lock says of it."""
    lock = read_lock(RULES)
    assert lock is not None
    assert BOOK == load_rules(RULES, lock)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.story}")
def test_a_case_comes_true(case: Case) -> None:
    """Played through the real step, the alert stands where the case says, at every time it says."""
    assert [] == failures(BOOK, [case])


def test_every_case_is_told_in_a_sentence_of_its_own() -> None:
    """No two cases of a rule tell the same story, and each ends as a sentence does."""
    told = [(case.rule, case.story) for case in CASES]
    assert len(set(told)) == len(told)
    assert [] == [story for _, story in told if not re.fullmatch(r"[A-Z0-9].+ .+\.", story)]


@pytest.mark.parametrize(
    ("file", "rule"), WRITTEN, ids=[f"{file}-{rule['id']}" for file, rule in WRITTEN]
)
def test_the_cases_of_a_rule_notice_every_small_change(file: str, rule: dict[str, str]) -> None:
    """A number, an edge or a timer that is a little different makes at least one case fail."""
    of_pack = [case for case in CASES if case.file == f"cases/{file}"]
    unnoticed = {
        change.told
        for change in changes(PACKS[file], rule["id"])
        if not is_noticed(change, file, rule["id"], of_pack)
    }
    assert NO_DIFFERENCE.get(rule["id"], set()) == unnoticed


@pytest.mark.parametrize("rule", BOOK.rules, ids=each_rule)
def test_a_rule_says_what_it_is_where_it_comes_from_and_what_to_do(rule: Rule) -> None:
    """Each rule has a title, an action, and a source that can be looked up or admits to be ours."""
    assert rule.policy.title
    assert rule.policy.action
    assert SOURCE.search(rule.policy.source)


@pytest.mark.parametrize(("file", "rule"), WRITTEN, ids=[rule["id"] for _, rule in WRITTEN])
def test_every_number_of_a_condition_is_told_in_its_source(file: str, rule: dict[str, str]) -> None:
    """Each number in `when` stands in `because`, beside its paper or as the house's own."""
    because = IN_A_CITATION.sub("", rule["because"])
    told = {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", because)}
    assert [] == [
        f"{file}: {constant.number}{constant.unit}"
        for constant in constants(rule["when"])
        if constant.number not in told or UNIT_WORDS[constant.unit] not in because
    ]


def test_no_rule_is_stable_before_a_clinician_has_signed() -> None:
    """Nobody has signed these rules off, so none is called stable."""
    assert [] == [each_rule(rule) for rule in BOOK.rules if rule.policy.maturity is Maturity.STABLE]


def test_what_was_not_checked_against_its_paper_never_pages() -> None:
    """A rule that rests on knowledge nobody has checked runs in the sandbox."""
    assert UNCHECKED.search("above 2 x the upper limit (Hines 2023)")
    assert [] == [
        each_rule(rule)
        for rule in BOOK.rules
        if UNCHECKED.search(rule.policy.source) and rule.policy.maturity is not Maturity.SANDBOX
    ]


def failures(book: RuleBook, cases: Iterable[Case]) -> list[str]:
    return [str(failure) for _, failed in rehearse(book, cases) for failure in failed]


def is_noticed(change: Change, file: str, rule: str, cases: Iterable[Case]) -> bool:
    book = load({file: change.pack}, None, VOCABULARY)
    made = {made.policy.rule for made in book.rules if made.template == rule}
    return any(failures(book, [case]) for case in cases if case.rule in made)
