"""From the texts of packs to the rule book, or to every problem in all of them.

Files are given as texts, by name: this floor never opens one. One bad rule never hides another.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from monitord.domain.alerts import AlertPolicy, Scope
from monitord.domain.features import ContextFeature, ContextName
from monitord.domain.refusals import nearest, shown
from monitord.rules.book import Index, Rule, RuleBook
from monitord.rules.documents import Document, read_toml, validate
from monitord.rules.indices import indices_of, owner, untrusted_readings, with_indices
from monitord.rules.inhibits import inhibition_problems
from monitord.rules.lock import lock_problems
from monitord.rules.problems import PackProblems, Problem
from monitord.rules.reader import PackReader
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
    documents = {file: read_toml(file, text, problems) for file, text in sorted(packs.items())}
    unread = {problem.file for problem in problems}
    words = with_indices(vocabulary, documents.values())
    rules: list[tuple[str, Rule]] = []
    indices: list[tuple[str, Index]] = []
    for file, document in documents.items():
        if file in unread:
            continue
        reader = PackReader(file, stem(file), words, problems)
        _check_head(reader, document)
        rules += [(file, rule) for rule in _rules_of(reader, document)]
        indices += [(file, index) for index in indices_of(reader, document, vocabulary)]
    problems += _between(rules, indices)
    problems += inhibition_problems([(file, rule.policy) for file, rule in rules])
    book = RuleBook(
        tuple(sorted((rule for _, rule in rules), key=_place_of)),
        tuple(sorted((index for _, index in indices), key=lambda index: (index.pack, index.name))),
    )
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


def _between(rules: list[tuple[str, Rule]], indices: list[tuple[str, Index]]) -> Iterator[Problem]:
    """Find what is wrong between rules and indices of all packs: ids, and what rests on what."""
    ruled = Counter(rule.policy.rule for _, rule in rules)
    counted = Counter(index.name for _, index in indices)
    for file, rule in rules:
        name = rule.policy.rule
        if ruled[name] > 1:
            count = f"{ruled[name]} rules of this id"
            yield Problem(file, _owner(name), "id", count, "an id of its own")
        for found, expected in untrusted_readings(rule, (index for _, index in indices)):
            yield Problem(file, _owner(name), "when", found, expected)
    for file, index in indices:
        if counted[index.name] + ruled[index.name] > 1:
            count = f"{counted[index.name] + ruled[index.name]} rules and indices of this id"
            yield Problem(file, owner(index.name), "id", count, "an id of its own")


def _owner(rule: str) -> str:
    return f'rule "{rule}"'


def _check_head(reader: PackReader, document: Document) -> None:
    pack = validate(Pack, document, reader.problems, file=reader.file)
    if pack and pack.pack != reader.pack:
        reader.complain("pack", shown(pack.pack), f'"{reader.pack}", as the file')
    if pack and not pack.rule and not pack.index:
        reader.complain("rule", "nothing", "at least one rule or index")


def _rules_of(reader: PackReader, document: Document) -> Iterator[Rule]:
    written = document.get("rule")
    for place, entry in enumerate(written if isinstance(written, list) else [], start=1):
        if isinstance(entry, dict):
            yield from _rules_from(reader, entry, place)


def _rules_from(reader: PackReader, entry: Document, place: int) -> Iterator[Rule]:
    name = entry.get("id")
    reader.owner = _owner(name) if isinstance(name, str) else f"rule {place} of the file"
    written = validate(RuleText, entry, reader.problems, file=reader.file, owner=reader.owner)
    if written is None:
        when = entry.get("when")
        if isinstance(when, str) and "for_each" not in entry:
            reader.condition(when)
        return
    reader.check_deprecation("rule", written.maturity, written.deprecated_because)
    for filled in _expanded(reader, written):
        reader.owner = _owner(filled.id)
        condition = reader.condition(filled.when)
        _check(reader, filled, condition)
        if condition is not None:
            yield Rule(_policy(reader.pack, filled), condition, written.id)


def _check(reader: PackReader, rule: RuleText, condition: Condition | None) -> None:
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
        inhibits=rule.inhibits,
    )


def _expanded(reader: PackReader, rule: RuleText) -> list[RuleText]:
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


def _filled(reader: PackReader, rule: RuleText, word: str) -> RuleText:
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
