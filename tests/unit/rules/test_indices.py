"""Indices of packs: a good one becomes a table of points, bad ones a list of what is wrong."""

from dataclasses import replace

import pytest

from monitord.domain.alerts import Maturity
from monitord.rules.book import Index
from monitord.rules.indices import READINGS_MAX
from monitord.rules.language import parse_condition
from monitord.rules.loader import load
from monitord.rules.lock import lock_problems, write_lock
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import HEAD, RULE, load_one
from tests.unit.rules.trees import VOCABULARY

INDEX = """
[[index]]
id = "early_warning"
version = 1
maturity = "sandbox"
label = "Early-warning index"
applies_when = "infused and days_since_infusion <= 14"
because = "Made up."
not_covered = "Everything."
[[index.item]]
points = 15
label = "warm"
when = "temperature.last >= 37.8"
hidden_when = "fever_waived"
because = "Made up of 1."
[[index.item]]
points = 10
label = "fast"
when = "heart_rate.last > 100"
untrusted_when = "vasopressors >= 1"
because = "Made up of 2."
"""
GOOD = HEAD + INDEX
READS = RULE.replace("temperature.last >= 38.0", "early_warning.max(24h) >= 20")
DEPRECATED = INDEX.replace('"sandbox"', '"deprecated"\ndeprecated_because = "There is a better."')


def complaints(*texts: str) -> list[str]:
    with pytest.raises(PackProblems) as caught:
        load(dict(zip(("crs.toml", "icans.toml"), texts, strict=False)), None, VOCABULARY)
    return list(map(str, caught.value.problems))


def only(text: str) -> Index:
    (index,) = load_one(text).indices
    return index


def test_an_index_becomes_a_table_of_points() -> None:
    """Every key of an index and of its items arrives where it is computed and told."""
    index = only(GOOD)
    warm, fast = index.items

    assert ("early_warning", 1, "crs", Maturity.SANDBOX) == (
        index.name,
        index.version,
        index.pack,
        index.maturity,
    )
    assert ("Early-warning index", "Made up.", "Everything.") == (
        index.label,
        index.source,
        index.not_covered,
    )
    assert parse_condition("infused and days_since_infusion <= 14", VOCABULARY) == (
        index.applies_when
    )
    assert (15, "warm", "fever_waived", None, "Made up of 1.") == (
        warm.points,
        warm.label,
        warm.hidden_when and warm.hidden_when.text(),
        warm.untrusted_when,
        warm.source,
    )
    assert "heart_rate.last > 100" == fast.when.text()
    assert "vasopressors >= 1" == (fast.untrusted_when and fast.untrusted_when.text())


def test_a_pack_may_hold_nothing_but_an_index() -> None:
    """A pack needs one entry, of either kind."""
    assert () == load_one(GOOD).rules


def test_a_rule_of_any_pack_reads_an_index_by_its_name() -> None:
    """The word of an index is known wherever it is defined, and whatever comes first."""
    shadow = READS.replace("stable", "sandbox").replace('"fever"', '"early"')
    other = HEAD.replace('"crs"', '"a"')
    for packs in ({"a.toml": other + shadow, "crs.toml": GOOD}, {"crs.toml": GOOD + shadow}):
        (rule,) = load(packs, None, VOCABULARY).rules
        assert "early_warning.max(1d) >= 20" == rule.condition.text()


@pytest.mark.parametrize("maturity", ["incubating", "stable"])
def test_a_page_does_not_rest_on_a_sandbox_index(maturity: str) -> None:
    """A rule that pages is refused when it reads an index that nobody has validated."""
    (complaint,) = complaints(GOOD + READS.replace("stable", maturity))

    assert (
        'crs.toml: rule "fever", when: found the sandbox index early_warning, expected maturity = '
        '"sandbox", as a page must not rest on a sandbox number'
    ) == complaint


def test_an_incubating_index_may_page() -> None:
    """A rule that pages may read an index that is no longer a trial."""
    assert load_one(GOOD.replace("sandbox", "incubating") + READS).rules


def test_a_deprecated_index_is_read_by_nobody() -> None:
    """A rule that reads an index which is no longer computed is refused, unless it is gone too."""
    (complaint,) = complaints(HEAD + DEPRECATED + READS)

    assert "found the deprecated index early_warning, expected an index that is still" in complaint
    gone = READS.replace('"stable"', '"deprecated"\ndeprecated_because = "Old."')
    assert () == load_one(HEAD + DEPRECATED + gone).live_indices


BAD = {
    "unknown key": (
        GOOD.replace("applies_when", "aplies_when"),
        'crs.toml: index "early_warning", aplies_when: found an unknown key',
    ),
    "nearest key": (GOOD.replace("applies_when", "aplies_when"), 'did you mean "applies_when"?'),
    "unknown key of item": (
        GOOD.replace("untrusted_when", "untrustd_when"),
        "item 2, untrustd_when: found an unknown key, expected one of points, label",
    ),
    "nearest key of item": (
        GOOD.replace("untrusted_when", "untrustd_when"),
        'did you mean "untrusted_when"?',
    ),
    "no items": (HEAD + INDEX.partition("[[index.item]]")[0], "item: found nothing"),
    "no source": (GOOD.replace('because = "Made up of 2."', ""), "item 2, because: found nothing"),
    "no limits": (GOOD.replace('not_covered = "Everything."', ""), "not_covered: found nothing"),
    "no id": (GOOD.replace('id = "early_warning"', ""), "index 1 of the file, id: found nothing"),
    "bad id": (GOOD.replace("early_warning", "early-warning"), "expected a word of the language"),
    "long id": (GOOD.replace("early_warning", "e" * 65), "expected a word of the language"),
    "signal's id": (GOOD.replace("early_warning", "heart_rate"), "id: found the word heart_rate"),
    "scale's id": (GOOD.replace("early_warning", "crs_astct"), "id: found the word crs_astct"),
    "keyword": (GOOD.replace("early_warning", "not"), "id: found the word not, expected a word"),
    "no points": (GOOD.replace("= 15", "= 0"), "item 1, points: found '0', expected greater"),
    "half points": (GOOD.replace("= 15", "= 1.5"), "item 1, points: found '1.5', expected a valid"),
    "many points": (GOOD.replace("= 15", "= 101"), "item 1, points: found '101', expected less"),
    "too many in all": (GOOD.replace("= 15", "= 91"), "item: found 101 points in all, expected at"),
    "label twice": (GOOD.replace('"fast"', '"warm"'), "item: found 2 items labelled 'warm'"),
    "condition": (
        GOOD.replace("heart_rate.last", "hart_rate.last"),
        "item 2, when, column 1: found 'hart_rate'",
    ),
    "doubt": (
        GOOD.replace("vasopressors >= 1", "vasopresors >= 1"),
        "item 2, untrusted_when, column 1: found 'vasopresors', expected a signal, treatment",
    ),
    "hiding": (GOOD.replace("fever_waived", "fever_wavd"), "item 1, hidden_when, column 1: found"),
    "applying": (GOOD.replace("infused and", "infusd and"), "applies_when, column 1: found"),
    "reads a scale": (
        GOOD.replace("heart_rate.last > 100", "crs_astct >= 1"),
        "found the scale crs_astct, expected signals, treatments and context: an index reads no",
    ),
    "reads itself": (
        GOOD.replace("heart_rate.last > 100", "early_warning.max(1h) >= 1"),
        "item 2, when: found the scale early_warning",
    ),
    "reads the feed": (
        GOOD.replace("heart_rate.last > 100", "feed.silence >= 1h"),
        "item 2, when: found feed.silence, expected readings of a patient",
    ),
    "deprecated why": (GOOD.replace("sandbox", "deprecated"), "expected why the index is"),
    "why not deprecated": (
        GOOD.replace('"sandbox"', '"sandbox"\ndeprecated_because = "Old."'),
        "maturity: found 'sandbox', expected \"deprecated\"",
    ),
    "id twice": (GOOD + INDEX, 'index "early_warning", id: found 2 rules and indices of this id'),
    "id of a rule": (
        GOOD + RULE.replace('"fever"', '"early_warning"'),
        "id: found 2 rules and indices of this id, expected an id of its own",
    ),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_indices_are_refused_in_three_parts(text: str, said: str) -> None:
    """Each fault is told with file, index, key, what was found and what belongs there."""
    assert any(said in complaint for complaint in complaints(text)), complaints(text)


def test_an_index_reads_no_more_than_a_word_has_bits() -> None:
    """So many readings are taken, and one more is refused."""
    windows = [f"heart_rate.max({minutes}min) > 100" for minutes in range(1, READINGS_MAX - 3)]

    assert only(GOOD.replace("heart_rate.last > 100", " or ".join(windows[:-1]))).items
    (complaint,) = complaints(GOOD.replace("heart_rate.last > 100", " or ".join(windows)))
    assert f"item: found {READINGS_MAX + 1} different readings" in complaint


def test_everything_wrong_is_told_at_once() -> None:
    """A bad key hides no bad condition, and no item another."""
    text = GOOD.replace("points = 15", 'points = "x"').replace("fever_waived", "fevr_waived")
    told = complaints(
        text.replace("heart_rate.last", "hart_rate.last").replace("infused", "infusd")
    )

    assert 4 == len(told), told


WORDS_OF_CONTENT = {
    "points": ("= 15", "= 16"),
    "label of an item": ('"warm"', '"warmer"'),
    "when": ("37.8", "37.9"),
    "hidden_when": ('hidden_when = "fever_waived"', ""),
    "kind of doubt": ("hidden_when", "untrusted_when"),
    "source of an item": ("Made up of 1.", "Made up."),
    "label": ("Early-warning index", "Early index"),
    "applies_when": ("<= 14", "<= 15"),
    "maturity": ("sandbox", "incubating"),
    "source": ('"Made up."', '"Made up too."'),
}
LOCK = write_lock(load_one(GOOD + RULE))


@pytest.mark.parametrize(("old", "new"), WORDS_OF_CONTENT.values(), ids=WORDS_OF_CONTENT)
def test_a_changed_index_asks_for_a_higher_version(old: str, new: str) -> None:
    """Whatever counts in an index, its items too, cannot change under an old version."""
    assert old in GOOD
    changed = GOOD.replace(old, new)
    (complaint,) = map(str, lock_problems(load_one(changed + RULE), LOCK))
    assert complaint.startswith('crs.toml: index "early_warning", version: found changed content')
    raised = load_one(changed.replace("version = 1\nmat", "version = 2\nmat") + RULE)
    assert lock_problems(raised, write_lock(raised, LOCK)) == []


def test_the_lock_knows_indices() -> None:
    """The lock has a line for each index among the rules, and asks for one that it lacks."""
    assert ["early_warning", "fever"] == [
        line.split('"')[1] for line in LOCK.splitlines() if line.startswith('"')
    ]
    assert [] == lock_problems(load_one(GOOD + RULE), LOCK)
    (complaint,) = map(str, lock_problems(load_one(GOOD + RULE), write_lock(load_one(HEAD + RULE))))
    assert complaint.startswith('version.lock: index "early_warning": found no entry')


def test_the_version_of_the_book_follows_its_indices() -> None:
    """The book's version changes with an index, and not with the spaces in its conditions."""
    version = load_one(GOOD).version
    assert version == load_one(GOOD.replace(" >= ", "  >=  ")).version
    assert version != load_one(GOOD.replace("37.8", "37.9")).version
    assert version != load_one(HEAD + RULE).version


def test_the_version_is_no_content() -> None:
    """The content of an index is the same at every version."""
    index = only(GOOD)
    assert index.content() == replace(index, version=2).content()
