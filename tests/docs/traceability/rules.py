"""The page about rules: what each asks, where it comes from, what it calls for, what proves it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from monitord.domain.alerts import AlertPolicy
from monitord.domain.features import (
    BaselineFeature,
    ContextFeature,
    Feature,
    SignalFeature,
    TreatmentFeature,
)
from monitord.domain.time import format_span
from monitord.rules.book import Rule, RuleBook
from monitord.rules.case_schema import RULE_KINDS, CaseKind
from monitord.rules.cases import Case
from tests.docs.traceability.markdown import bullets, linked, named, page, table
from tests.docs.traceability.scales import indices_read, scales_read

PROOFS: Final = "tests/contracts/test_rules.py"
CASE_TEST: Final = "test_a_case_comes_true"
CHANGE_TEST: Final = "test_the_cases_of_a_rule_notice_every_small_change"
NUMBER_TEST: Final = "test_every_number_of_a_condition_is_told_in_its_source"

_KINDS: Final = {
    CaseKind.FIRES: "It fires",
    CaseKind.SILENT: "It must not",
    CaseKind.MISSING: "An input is missing",
}
_FIRES: Final = "fires as soon as it is true"
_ENDS: Final = "ends as soon as it is false"
_LEGEND: Final = (
    "Each rule as its pack in `rules/` has it. Its cases are its proof: each is a patient, played "
    f"through the real step by {named(PROOFS, CASE_TEST, '<rule>: <story>')}.\n"
    f"{named(PROOFS, CHANGE_TEST)} makes each number, edge and timer of a rule a little different "
    "and asks that a case fails, where any patient could show it.\n"
    f"{named(PROOFS, NUMBER_TEST)} asks that the source tells each number of the condition.\n"
    "What a scale does not cover, the rules that rest on it do not cover either "
    "([scales.md](scales.md)); what no rule covers stands in [README.md](README.md)."
)


def rules_page(packs: Mapping[str, str], book: RuleBook, cases: Sequence[Case]) -> str:
    """Write the page of the packs (file name -> text) that `book` and `cases` were read from."""
    sections = (_pack(file, tomllib.loads(text), book, cases) for file, text in packs.items())
    maturities = sorted({rule.policy.maturity for rule in book.rules})
    of_rules = sum(not case.is_of_index for case in cases)
    count = f"{len(book.rules)} rules, {of_rules} cases; maturity: {', '.join(maturities)}."
    return page("The rules, one by one", _LEGEND, count, *sections)


def _pack(file: str, pack: dict[str, Any], book: RuleBook, cases: Sequence[Case]) -> str:
    rules = [_rule(file, written, book, cases) for written in pack.get("rule", [])]
    head = f"## Pack `{pack['pack']}`, version {pack['version']}"
    return "\n\n".join((head, pack["description"], *rules))


def _rule(file: str, written: dict[str, Any], book: RuleBook, cases: Sequence[Case]) -> str:
    made = [rule for rule in book.rules if rule.template == written["id"]]
    names = {rule.policy.rule for rule in made}
    own = [case for case in cases if case.rule in names]
    return "\n\n".join(
        (
            f"### `{written['id']}`",
            f"{written['title']}.",
            f"```text\n{written['when'].strip()}\n```",
            table(("", ""), _facts(file, written, made)),
            *_stories(own, of_several=len(names) > 1),
        )
    )


def _facts(file: str, written: dict[str, Any], made: Sequence[Rule]) -> Iterator[tuple[str, str]]:
    policy = made[0].policy
    stands_for = ", ".join(f"`{rule.policy.rule}`" for rule in made)
    if policy.rule != written["id"]:
        yield "stands for", stands_for
    yield "version", str(policy.version)
    yield "maturity", policy.maturity
    yield "priority", f"{policy.priority}, {policy.condition}"
    yield "timers", ", ".join(_timers(policy))
    yield "reads", ", ".join(dict.fromkeys(word for rule in made for word in _reads(rule)))
    yield "source", written["because"]
    yield "not covered", written["not_covered"]
    yield "action", written["when_it_fires"]
    yield (
        "tested by",
        "the cases below, and " + named(PROOFS, CHANGE_TEST, f"{file}-{written['id']}"),
    )


def _timers(policy: AlertPolicy) -> Iterator[str]:
    yield f"fires after {format_span(policy.hold_ms)} of being true" if policy.hold_ms else _FIRES
    yield f"ends after {format_span(policy.keep_ms)} of being false" if policy.keep_ms else _ENDS
    yield f"an acknowledgement lasts {format_span(policy.ack_lasts_ms)}"
    if policy.latching:
        yield "a person must end it"
    if policy.inhibits:
        yield f"while it is raised nobody is called for {' and '.join(policy.inhibits)}"


def _reads(rule: Rule) -> Iterator[str]:
    yield from (linked(scale, "scales.md") for scale in scales_read(rule))
    yield from (linked(index, "indices.md") for index in indices_read(rule))
    named = (_word(feature) for feature in rule.condition.features())
    yield from (f"`{word}`" for word in dict.fromkeys(named) if word)


def _word(feature: Feature) -> str:
    match feature:
        case SignalFeature(word) | TreatmentFeature(word):
            return word
        case BaselineFeature(word):
            return f"baseline.{word}"
        case ContextFeature(name):
            return name
        case _:
            return ""


def _stories(cases: Sequence[Case], *, of_several: bool) -> Iterator[str]:
    counts = ", ".join(f"{_of_kind(cases, kind)} {kind}" for kind in RULE_KINDS)
    yield f"**Cases**: {len(cases)} ({counts})."
    for kind, told in _KINDS.items():
        of_kind = (case for case in cases if case.kind is kind)
        yield f"{told}:\n\n{bullets(_story(case, of_several) for case in of_kind)}"


def _story(case: Case, of_several: bool) -> str:
    return f"`{case.rule}`: {case.story}" if of_several else case.story


def _of_kind(cases: Sequence[Case], kind: CaseKind) -> int:
    return sum(case.kind is kind for case in cases)
