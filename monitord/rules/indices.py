"""From the `[[index]]` tables of a pack to indices, or to every problem in them.

The name of an index is a word of the language, so all names are gathered before anything is read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from monitord.domain.alerts import Maturity
from monitord.domain.features import ContextFeature, ContextName, ScaleFeature
from monitord.domain.refusals import shown
from monitord.rules.book import Index, Item, Rule
from monitord.rules.documents import Document, validate
from monitord.rules.evaluate import columns_of
from monitord.rules.grammar import KEYWORDS
from monitord.rules.reader import PackReader
from monitord.rules.schema import POINTS_MAX, IndexText, ItemText
from monitord.rules.syntax import Condition
from monitord.rules.vocabulary import Vocabulary

# Each reading that is unknown is one bit of a signed word of 64 bits (engine, grading).
READINGS_MAX: Final = 62

_WORD: Final = re.compile(r"(?=.{1,64}$)[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CONDITIONS: Final = ("when", "hidden_when", "untrusted_when")
_PAGING: Final = (Maturity.INCUBATING, Maturity.STABLE)


def with_indices(vocabulary: Vocabulary, documents: Iterable[Document]) -> Vocabulary:
    """Add the names of all indices, but those that are no new word."""
    known = vocabulary.first_words()
    names = [entry.get("id") for document in documents for entry in _written(document)]
    new = [n for n in names if isinstance(n, str) and _WORD.fullmatch(n) and n not in known]
    return replace(vocabulary, scales=(*vocabulary.scales, *dict.fromkeys(new)))


def indices_of(reader: PackReader, document: Document, house: Vocabulary) -> Iterator[Index]:
    """Read the indices of a pack; `house` has the words that are taken."""
    taken = (*house.first_words(), *KEYWORDS)
    for place, entry in enumerate(_written(document), start=1):
        name = entry.get("id")
        reader.owner = owner(name) if isinstance(name, str) else f"index {place} of the file"
        written = validate(
            IndexText,
            entry,
            reader.problems,
            file=reader.file,
            owner=reader.owner,
            parts={"item": ItemText},
        )
        if written is None:
            _parse_what_there_is(reader, entry)
            continue
        _check(reader, written, taken)
        index = _index(reader, written)
        if index is not None:
            yield index


def owner(name: str) -> str:
    """Say of which index a problem is."""
    return f'index "{name}"'


def untrusted_readings(rule: Rule, indices: Iterable[Index]) -> Iterator[tuple[str, str]]:
    """Find what a rule reads that it must not rest on: what was found, what is expected."""
    maturities = {index.name: index.maturity for index in indices}
    own = rule.policy.maturity
    read = [feature for feature in rule.condition.features() if isinstance(feature, ScaleFeature)]
    for name in dict.fromkeys(feature.scale for feature in read):
        found = f"the {maturities[name]} index {name}" if name in maturities else ""
        match maturities.get(name):
            case Maturity.SANDBOX if own in _PAGING:
                expected = 'maturity = "sandbox", as a page must not rest on a sandbox number'
                yield found, expected
            case Maturity.DEPRECATED if own is not Maturity.DEPRECATED:
                yield found, "an index that is still computed"


def _written(document: Document) -> list[Document]:
    entries = document.get("index")
    found = entries if isinstance(entries, list) else []
    return [entry for entry in found if isinstance(entry, dict)]


def _parse_what_there_is(reader: PackReader, entry: Document) -> None:
    """One bad key must not hide what is wrong in the conditions."""
    items = entry.get("item")
    for place, item in enumerate(items if isinstance(items, list) else [], start=1):
        for key in _CONDITIONS:
            if isinstance(item, dict) and isinstance(item.get(key), str):
                _condition(reader, item[key], f"item {place}, {key}")
    applies_when = entry.get("applies_when")
    if isinstance(applies_when, str):
        _condition(reader, applies_when, "applies_when")


def _check(reader: PackReader, index: IndexText, taken: tuple[str, ...]) -> None:
    if not _WORD.fullmatch(index.id):
        expected = "a word of the language: small letters and digits with _ between"
        reader.complain("id", shown(index.id), expected)
    if index.id in taken:
        reader.complain("id", f"the word {index.id}", "a word that the language does not know yet")
    reader.check_deprecation("index", index.maturity, index.deprecated_because)
    total = sum(item.points for item in index.item)
    if total > POINTS_MAX:
        reader.complain("item", f"{total} points in all", f"at most {POINTS_MAX}")
    for label, count in Counter(item.label for item in index.item).items():
        if count > 1:
            reader.complain("item", f"{count} items labelled {shown(label)}", "a label for each")


def _index(reader: PackReader, written: IndexText) -> Index | None:
    before = len(reader.problems)
    applies_when = _optional(reader, written.applies_when, "applies_when")
    items = [_item(reader, item, place) for place, item in enumerate(written.item, start=1)]
    if len(reader.problems) > before:
        return None
    index = Index(
        name=written.id,
        version=written.version,
        pack=reader.pack,
        maturity=written.maturity,
        label=written.label,
        applies_when=applies_when,
        source=written.because,
        not_covered=written.not_covered,
        items=tuple(item for item in items if item is not None),
    )
    columns = {column for condition in index.conditions() for column in columns_of(condition)}
    if len(columns) > READINGS_MAX:
        reader.complain("item", f"{len(columns)} different readings", f"at most {READINGS_MAX}")
    return index


def _item(reader: PackReader, written: ItemText, place: int) -> Item | None:
    when = _condition(reader, written.when, f"item {place}, when")
    hidden_when = _optional(reader, written.hidden_when, f"item {place}, hidden_when")
    untrusted_when = _optional(reader, written.untrusted_when, f"item {place}, untrusted_when")
    if when is None:
        return None
    return Item(written.points, written.label, when, hidden_when, untrusted_when, written.because)


def _optional(reader: PackReader, written: str | None, key: str) -> Condition | None:
    return None if written is None else _condition(reader, written, key)


def _condition(reader: PackReader, written: str, key: str) -> Condition | None:
    """Parse a condition of an index, which reads nothing that is itself computed of others."""
    condition = reader.condition(written, key)
    feed = ContextFeature(ContextName.FEED_SILENCE)
    for feature in condition.features() if condition else ():
        if isinstance(feature, ScaleFeature):
            expected = "signals, treatments and context: an index reads no scale and no index"
            reader.complain(key, f"the scale {feature.scale}", expected)
        if feature == feed:
            reader.complain(key, "feed.silence", "readings of a patient")
    return condition
