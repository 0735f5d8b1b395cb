"""From the texts of packs to the rule book, or to every problem in all of them.

Files are given as texts, by name: this floor never opens one. One bad rule never hides another.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from monitord.domain.alerts import AlertPolicy, Maturity, Scope
from monitord.domain.features import ContextFeature, ContextName
from monitord.domain.refusals import nearest, shown
from monitord.rules.book import Rule, RuleBook
from monitord.rules.documents import Document, read_toml, validate
from monitord.rules.language import parse_condition
from monitord.rules.lock import lock_problems
from monitord.rules.problems import ConditionProblems, PackProblems, Problem
from monitord.rules.schema import Pack, RuleText
from monitord.rules.syntax import Condition
from monitord.rules.vocabulary import Vocabulary

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_PLACES: Final = ("{signal}", "{label}")
# The texts of a rule in which `for_each` fills the places.
_FILLED: Final = ("id", "title", "when", "when_it_fires")
_ID: Final = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


def load(packs: Mapping[str, str], lock: str | None, vocabulary: Vocabulary) -> RuleBook:
    """Read all packs (file name -> text); raises `PackProblems` with every problem of all files.

    `lock` is the text of rules/version.lock; None skips the check that versions follow content.
    """
    problems: list[Problem] = []
    found: list[tuple[str, Rule]] = []
    for file, text in sorted(packs.items()):
        found += [(file, rule) for rule in _rules_of(file, text, vocabulary, problems)]
    problems += _repeated(found)
    book = RuleBook(tuple(sorted((rule for _, rule in found), key=_place_of)))
    if lock is not None and not problems:
        problems += lock_problems(book, lock)
    if problems:
        raise PackProblems(problems)
    return book


def stem(file: str) -> str:
    """Return a file's name without folders and ending.

    >>> stem("cases/crs.toml")
    'crs'
    """
    return file.rsplit("/", 1)[-1].removesuffix(".toml")


def _place_of(rule: Rule) -> tuple[str, str]:
    return rule.policy.pack, rule.policy.rule


def _repeated(found: list[tuple[str, Rule]]) -> Iterator[Problem]:
    counts = Counter(rule.policy.rule for _, rule in found)
    for file, rule in found:
        if counts[rule.policy.rule] > 1:
            count = f"{counts[rule.policy.rule]} rules of this id"
            yield Problem(file, _owner(rule.policy.rule), "id", count, "an id of its own")


def _owner(rule: str) -> str:
    return f'rule "{rule}"'


def _rules_of(
    file: str, text: str, vocabulary: Vocabulary, problems: list[Problem]
) -> Iterator[Rule]:
    before = len(problems)
    document = read_toml(file, text, problems)
    if len(problems) > before:
        return
    pack = validate(Pack, document, problems, file=file)
    if pack and pack.pack != stem(file):
        problems.append(Problem(file, "", "pack", shown(pack.pack), f'"{stem(file)}", as the file'))
    written = document.get("rule")
    for place, entry in enumerate(written if isinstance(written, list) else [], start=1):
        if isinstance(entry, dict):
            yield from _rules_from(_Reader(file, stem(file), vocabulary, problems), entry, place)


class _Reader:
    """Reads one rule of one file and keeps its problems."""

    def __init__(
        self, file: str, pack: str, vocabulary: Vocabulary, problems: list[Problem]
    ) -> None:
        self.file = file
        self.pack = pack
        self.vocabulary = vocabulary
        self.problems = problems
        self.owner = ""

    def complain(self, key: str, found: str, expected: str, like: str | None = None) -> None:
        """Add a problem of the rule that is being read."""
        self.problems.append(Problem(self.file, self.owner, key, found, expected, like))

    def condition(self, when: str) -> Condition | None:
        """Parse a condition; None when it has problems."""
        try:
            return parse_condition(when, self.vocabulary)
        except ConditionProblems as faulty:
            for fault in faulty.faults:
                key = f"when, {faulty.place(fault)}"
                self.complain(key, fault.found, fault.expected, fault.nearest)
            return None


def _rules_from(reader: _Reader, entry: Document, place: int) -> Iterator[Rule]:
    name = entry.get("id")
    reader.owner = _owner(name) if isinstance(name, str) else f"rule {place} of the file"
    written = validate(RuleText, entry, reader.problems, file=reader.file, owner=reader.owner)
    if written is None:
        when = entry.get("when")
        if isinstance(when, str) and "for_each" not in entry:
            reader.condition(when)
        return
    _check_deprecation(reader, written)
    for filled in _expanded(reader, written):
        reader.owner = _owner(filled.id)
        condition = reader.condition(filled.when)
        _check(reader, filled, condition)
        if condition is not None:
            yield Rule(_policy(reader.pack, filled), condition, written.id)


def _check_deprecation(reader: _Reader, rule: RuleText) -> None:
    is_deprecated = rule.maturity is Maturity.DEPRECATED
    if is_deprecated and rule.deprecated_because is None:
        reader.complain("deprecated_because", "nothing", "why the rule is deprecated")
    if rule.deprecated_because is not None and not is_deprecated:
        expected = '"deprecated", as deprecated_because says why'
        reader.complain("maturity", shown(rule.maturity.value), expected)


def _check(reader: _Reader, rule: RuleText, condition: Condition | None) -> None:
    if not _ID.fullmatch(rule.id):
        expected = "small letters and digits with - or _ between, such as crs-grade-2"
        reader.complain("id", shown(rule.id), expected)
    if condition is None:
        return
    feed = ContextFeature(ContextName.FEED_SILENCE)
    is_of_feed = [feature == feed for feature in condition.features()]
    if rule.scope is Scope.PATIENT and any(is_of_feed):
        reader.complain("scope", shown(rule.scope.value), '"feed", as the rule reads feed.silence')
    if rule.scope is Scope.FEED and not all(is_of_feed):
        reader.complain("when", "readings of a patient", 'feed.silence only, with scope = "feed"')


def _policy(pack: str, rule: RuleText) -> AlertPolicy:
    return AlertPolicy(
        rule=rule.id,
        version=rule.version,
        pack=pack,
        condition=rule.condition,
        priority=rule.priority,
        maturity=rule.maturity,
        scope=rule.scope,
        hold_ms=rule.hold,
        keep_ms=rule.keep,
        latching=rule.latching,
        ack_lasts_ms=rule.ack_lasts_ms(),
        title=rule.title,
        action=rule.when_it_fires,
        source=rule.because,
    )


def _expanded(reader: _Reader, rule: RuleText) -> list[RuleText]:
    """Fill the places of a rule once for each signal it is for; bad places are complained of."""
    texts = {key: getattr(rule, key) for key in _FILLED}
    is_right = True
    for key, text in texts.items():
        for found in _PLACEHOLDER.findall(text):
            if found not in _PLACES or not rule.for_each:
                reader.complain(key, found, "{signal} or {label}, in a rule with for_each")
                is_right = False
    if not rule.for_each:
        return [rule] if is_right else []
    if "{signal}" not in rule.id:
        reader.complain("id", shown(rule.id), "{signal} in it, so that each rule has its own id")
        is_right = False
    for word in rule.for_each:
        if word not in reader.vocabulary.signals:
            known = tuple(reader.vocabulary.signals)
            reader.complain("for_each", shown(word), "signals", nearest(word, known))
            is_right = False
    return [_filled(reader, rule, word) for word in rule.for_each] if is_right else []


def _filled(reader: _Reader, rule: RuleText, word: str) -> RuleText:
    label = reader.vocabulary.signals[word].label

    def fill(text: str) -> str:
        return text.replace("{signal}", word).replace("{label}", label)

    return rule.model_copy(
        update={
            "id": fill(rule.id),
            "title": fill(rule.title),
            "when": fill(rule.when),
            "when_it_fires": fill(rule.when_it_fires),
        }
    )
