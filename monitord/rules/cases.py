"""Cases: the examples that rules and indices carry, read and checked, ready for the engine to play.

A rule without a case that fires it, one that must not and one with a missing input is a problem; an
index without one in which each item counts, one in which none does and one with a missing input.
Times count from the start of the case; events of before have negative times.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from monitord.domain.alerts import Scope
from monitord.domain.events import Event
from monitord.domain.refusals import nearest, shown
from monitord.rules.book import Index, Rule, RuleBook
from monitord.rules.case_events import CaseReader, events_of
from monitord.rules.case_schema import (
    RULE_KINDS,
    AnswerText,
    CaseFile,
    CaseKind,
    CaseText,
    ExpectText,
    GivenText,
    PatientText,
)
from monitord.rules.documents import Document, read_toml, validate
from monitord.rules.expectations import Expectation, expectations_of
from monitord.rules.loader import stem
from monitord.rules.problems import PackProblems, Problem
from monitord.rules.vocabulary import Vocabulary

_PARTS: Final[Mapping[str, type[BaseModel]]] = {
    "patient": PatientText,
    "given": GivenText,
    "acknowledge": AnswerText,
    "expect": ExpectText,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the rule or index whose id is `rule`; ids are unique over both.

    `events` are of `PATIENT`, answers of a feed rule of the feed, as received.
    """

    file: str
    rule: str
    kind: CaseKind
    story: str
    events: tuple[Event, ...]
    expectations: tuple[Expectation, ...]
    is_of_index: bool = False


def load_cases(
    files: Mapping[str, str], book: RuleBook, vocabulary: Vocabulary
) -> tuple[Case, ...]:
    """Read all cases (file name -> text); raises `PackProblems` with every problem of all files."""
    problems: list[Problem] = []
    cases: list[Case] = []
    for file, text in sorted(files.items()):
        reader = CaseReader(f"cases/{stem(file)}.toml", vocabulary, problems)
        cases += _cases_of(stem(file), text, reader, book)
    if not problems:
        problems += _missing_cases(book, cases)
    if problems:
        raise PackProblems(problems)
    return tuple(cases)


def _missing_cases(book: RuleBook, cases: list[Case]) -> Iterator[Problem]:
    templates = {rule.policy.rule: rule.template for rule in book.rules}
    of_rules = (case for case in cases if not case.is_of_index)
    shown_kinds = {(templates[case.rule], case.kind) for case in of_rules}
    asked: dict[str, Rule] = {rule.template: rule for rule in reversed(book.rules)}
    for template, rule in sorted(asked.items()):
        absent = [kind for kind in RULE_KINDS if (template, kind) not in shown_kinds]
        if absent:
            file, owner = f"cases/{rule.policy.pack}.toml", f'rule "{template}"'
            found, expected = f"no case of kind {', '.join(absent)}", "at least one of each kind"
            yield Problem(file, owner, "", found, expected)
    for index in book.live_indices:
        yield from _missing_of_index(index, [case for case in cases if case.rule == index.name])


def _missing_of_index(index: Index, cases: list[Case]) -> Iterator[Problem]:
    """An index shows each of its items, one by one, in some case."""
    file, owner = f"cases/{index.pack}.toml", f'index "{index.name}"'
    shown_kinds = {case.kind for case in cases}
    absent = [kind for kind in (CaseKind.SILENT, CaseKind.MISSING) if kind not in shown_kinds]
    if absent:
        found = f"no case of kind {', '.join(absent)}"
        yield Problem(file, owner, "", found, "at least one of each kind")
    expected = [expectation for case in cases for expectation in case.expectations]
    counted = {label for expectation in expected for label in expectation.counts or ()}
    for item in index.items:
        if item.label not in counted:
            found = f"no case in which the item {shown(item.label)} counts"
            yield Problem(file, owner, "", found, "at least one that names it in counts")


def _cases_of(pack: str, text: str, reader: CaseReader, book: RuleBook) -> Iterator[Case]:
    before = len(reader.problems)
    document = read_toml(reader.file, text, reader.problems)
    if len(reader.problems) > before:
        return
    validate(CaseFile, document, reader.problems, file=reader.file)
    written = document.get("case")
    for place, entry in enumerate(written if isinstance(written, list) else [], start=1):
        reader.owner = f"case {place}"
        if isinstance(entry, dict):
            yield from _case(reader, pack, entry, book)


def _case(reader: CaseReader, pack: str, entry: Document, book: RuleBook) -> Iterator[Case]:
    written = validate(
        CaseText, entry, reader.problems, file=reader.file, owner=reader.owner, parts=_PARTS
    )
    if written is None:
        return
    if (written.rule is None) == (written.index is None):
        found = "both rule and index" if written.rule else "nothing"
        reader.complain("rule", found, "one of rule and index")
        return
    kind, name = ("index" if written.rule is None else "rule"), written.subject
    reader.owner = f'{reader.owner} of {kind} "{name}"'
    index = next((index for index in book.live_indices if index.name == written.index), None)
    _check_subject(reader, pack, kind, name, book)
    if written.index is not None and index is None:
        return
    scales = (*reader.vocabulary.scales, *(index.name for index in book.live_indices))
    yield Case(
        file=reader.file,
        rule=name,
        kind=written.kind,
        story=written.story,
        events=events_of(reader, written, is_of_feed=_is_of_feed(name, book)),
        expectations=expectations_of(reader, written, scales, index),
        is_of_index=index is not None,
    )


def _check_subject(reader: CaseReader, pack: str, kind: str, name: str, book: RuleBook) -> None:
    """A case tells of a rule or index of the pack that its file is named after."""
    if kind == "index":
        packs = {index.name: index.pack for index in book.live_indices}
        expected, found = "an index that is computed", "an index of pack"
    else:
        packs = {rule.policy.rule: rule.policy.pack for rule in book.rules}
        expected, found = "a rule", "a rule of pack"
    if name not in packs:
        reader.complain(kind, shown(name), expected, nearest(name, tuple(packs)))
    elif packs[name] != pack:
        reader.complain(kind, f"{found} {packs[name]}", f"{found} {pack}")


def _is_of_feed(name: str, book: RuleBook) -> bool:
    """Tell whether a rule is about the whole feed; one that is none is not."""
    policies = (rule.policy for rule in book.rules)
    return any(policy.rule == name and policy.scope is Scope.FEED for policy in policies)
