"""Gathers every text that people read, wherever it stands: code, tables and packs."""

from collections.abc import Iterator
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from monitord.daemon.configuration.packs import load_rules
from monitord.domain.chart import UNITS
from monitord.domain.features import ContextName
from monitord.domain.language import OWNERS
from monitord.domain.signals import SIGNALS
from monitord.domain.treatments import TREATMENTS
from monitord.rules.book import RuleBook
from monitord.scores import SCALES
from monitord.scores.grading import Grading
from tests.tidy.source import ROOT

# How a phrase is marked in the code: `say("...")`, `phrase("...")`, `say.many("...", "...", n)`.
MARKS: Final = {"say": None, "self": None, "phrase": None, "many": (1, 2)}

# A text, who has it if it is a word of somebody, and where it stands.
Text = tuple[str | tuple[str, ...], str | None, str]


def template() -> Catalog:
    """Make the catalogue of all texts, each without a translation."""
    made = Catalog(project="monitord", version="0.1", charset="utf-8", fuzzy=False)
    for text, owner, place in texts(load_rules(ROOT / "rules", None)):
        made.add(text, locations=[(place, 0)], context=owner)
    return made


def texts(book: RuleBook) -> Iterator[Text]:
    """Give every text with its owner and its place; the packs' are those of `book`."""
    yield from _of_code()
    yield from _of_tables()
    yield from _of_packs(book)


def _of_code() -> Iterator[Text]:
    found = extract_from_dir(ROOT / "monitord", keywords=MARKS, method_map=[("**.py", "python")])
    for file, _, text, _, _ in sorted(found, key=lambda one: one[:2]):
        yield text, None, f"monitord/{file}"


def _of_tables() -> Iterator[Text]:
    for signal in SIGNALS:
        place = "monitord/domain/signals"
        yield signal.label, None, place
        for word in signal.words:
            yield word.replace("_", " "), signal.word, place
        if signal.unit:
            yield UNITS.get(signal.unit, signal.unit), "unit", place
    for treatment in TREATMENTS:
        yield treatment.label, None, "monitord/domain/treatments.py"
    for owner, words in OWNERS.items():
        for word in words:
            yield word, owner, "monitord/domain/language.py"
    for name in ContextName:
        for part in name.value.split("."):
            yield part.replace("_", " "), None, "monitord/domain/features.py"
    yield "baseline", None, "monitord/domain/features.py"
    for make in SCALES:
        yield make(Grading()).label, None, "monitord/scores"


def _of_packs(book: RuleBook) -> Iterator[Text]:
    for rule in book.rules:
        place = f"rules/{rule.policy.pack}.toml"
        yield rule.policy.title, None, place
        yield rule.policy.action, None, place
    for index in book.indices:
        place = f"rules/{index.pack}.toml"
        yield index.label, None, place
        for item in index.items:
            yield item.label, None, place
