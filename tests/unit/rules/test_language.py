"""The condition language: what it reads, what it refuses, and what it says then."""

import string
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.features import (
    BaselineFeature,
    Comparator,
    ContextFeature,
    ContextName,
    Feature,
    ScaleFeature,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.time import HOUR, MINUTE
from monitord.domain.treatments import TREATMENT
from monitord.rules.grammar import DEPTH_MAX, TEXT_LENGTH_MAX
from monitord.rules.language import parse_condition
from monitord.rules.problems import ConditionProblems
from monitord.rules.syntax import And, Comparison, Condition, Negative, Not, Number, Or, Span, Word
from monitord.rules.vocabulary import CONTEXT_SORTS, SIGNAL_SORTS, TREATMENT_SORTS
from tests.unit.rules.trees import VOCABULARY, conditions

TEMPERATURE = SIGNAL["temperature"].index
DEVICE = SIGNAL["oxygen_device"]


def parse(text: str) -> Condition:
    return parse_condition(text, VOCABULARY)


def complaints(text: str) -> list[str]:
    with pytest.raises(ConditionProblems) as caught:
        parse(text)
    return [caught.value.describe(fault) for fault in caught.value.faults]


def signal_feature(
    word: str,
    measure: str,
    window_ms: int | None = None,
    comparison: Comparator | None = None,
    limit: Decimal | None = None,
) -> SignalFeature:
    index = SIGNAL[word].index
    return SignalFeature(word, index, SignalMeasure(measure), window_ms, comparison, limit)


def treatment_feature(word: str, measure: str, window_ms: int | None = None) -> TreatmentFeature:
    return TreatmentFeature(word, TREATMENT[word].index, TreatmentMeasure(measure), window_ms)


FEATURES: dict[str, Feature] = {
    "temperature.last >= 38.0": signal_feature("temperature", "last"),
    "temperature.age > 2h": signal_feature("temperature", "age"),
    "temperature.stale": signal_feature("temperature", "stale"),
    "temperature.elsewhere": signal_feature("temperature", "elsewhere"),
    "temperature.usual > 36": signal_feature("temperature", "usual"),
    "temperature.rise >= 0.8": signal_feature("temperature", "rise"),
    "temperature.min(2h) < 36": signal_feature("temperature", "min", 2 * HOUR),
    "temperature.max(2h) < 36": signal_feature("temperature", "max", 2 * HOUR),
    "temperature.mean(2h) < 36.123": signal_feature("temperature", "mean", 2 * HOUR),
    "temperature.count(2h) >= 2": signal_feature("temperature", "count", 2 * HOUR),
    "temperature.slope(2h) >= 0.3 per_hour": signal_feature("temperature", "slope", 2 * HOUR),
    "temperature.share_valid(2h) < 0.5": signal_feature("temperature", "share_valid", 2 * HOUR),
    "temperature.seconds_beyond(>= 38.0, 2h) > 30min": signal_feature(
        "temperature", "seconds_beyond", 2 * HOUR, Comparator.AT_LEAST, Decimal("38.0")
    ),
    'oxygen_device.last == "cpap"': signal_feature("oxygen_device", "last"),
    "oxygen_device.age > 1d": signal_feature("oxygen_device", "age"),
    "norepinephrine.running": treatment_feature("norepinephrine", "running"),
    "tocilizumab.given(24h)": treatment_feature("tocilizumab", "given", 24 * HOUR),
    "tocilizumab.age < 8h": treatment_feature("tocilizumab", "age"),
    "infused": ContextFeature(ContextName.INFUSED),
    "days_since_infusion <= 14": ContextFeature(ContextName.DAYS_SINCE_INFUSION),
    "age_years < 12": ContextFeature(ContextName.AGE_YEARS),
    "developmental_delay": ContextFeature(ContextName.DEVELOPMENTAL_DELAY),
    "fever_waived": ContextFeature(ContextName.FEVER_WAIVED),
    "patient.silence > 15min": ContextFeature(ContextName.PATIENT_SILENCE),
    "feed.silence > 30s": ContextFeature(ContextName.FEED_SILENCE),
    "baseline.systolic_bp > 100": BaselineFeature("systolic_bp", SIGNAL["systolic_bp"].index),
    "crs_astct >= 2": ScaleFeature("crs_astct"),
}


@pytest.mark.parametrize(("text", "feature"), FEATURES.items(), ids=FEATURES)
def test_reads_every_feature(text: str, feature: Feature) -> None:
    """Each reading of the language becomes its own column key."""
    assert (feature,) == parse(text).features()


def test_a_truth_stands_alone() -> None:
    """A truth is a whole condition without any comparison."""
    assert Condition(ContextFeature(ContextName.INFUSED)) == parse("infused")


def test_and_binds_tighter_than_or() -> None:
    """`and` joins before `or`, and `not` before both."""
    a, b, c = (ContextFeature(ContextName(n)) for n in ("infused", "fever_waived", "sedated"))

    assert Condition(Or((a, And((b, Not(c)))))) == parse("infused or fever_waived and not sedated")


def test_parentheses_regroup() -> None:
    """Parentheses decide before `and` does."""
    a, b, c = (ContextFeature(ContextName(n)) for n in ("infused", "fever_waived", "sedated"))

    assert Condition(And((Or((a, b)), c))) == parse("(infused or fever_waived) and sedated")


def test_numbers_are_exact() -> None:
    """A number is the decimal that was written, and a sign before it belongs to it."""
    comparison = parse("rass.last <= -4").root

    assert isinstance(comparison, Comparison)
    assert Number(Decimal(-4)) == comparison.right


def test_a_sign_before_a_reading_is_kept() -> None:
    """A minus before a reading turns that reading."""
    comparison = parse("-temperature.rise > 1").root

    assert isinstance(comparison, Comparison)
    assert Negative(signal_feature("temperature", "rise")) == comparison.left


def test_spans_become_milliseconds() -> None:
    """Every unit of a span is understood."""
    written = ("250ms", "30s", "5min", "2h", "1d")
    comparisons = [parse(f"feed.silence > {span}").root for span in written]
    spans = [root.right for root in comparisons if isinstance(root, Comparison)]

    assert [Span(250), Span(30_000), Span(5 * MINUTE), Span(2 * HOUR), Span(24 * HOUR)] == spans


@pytest.mark.parametrize("quote", ["'", '"'])
def test_words_become_their_place(quote: str) -> None:
    """A quoted word is its place among the signal's words, whichever quotes are used."""
    comparison = parse(f"oxygen_device.last == {quote}cpap{quote}").root

    assert isinstance(comparison, Comparison)
    assert Word("cpap", DEVICE.words.index("cpap")) == comparison.right


def test_features_are_distinct_and_in_order() -> None:
    """A feature that is read twice is one column, in the order of first reading."""
    features = parse("spo2.last < 90 and temperature.last > 38 or spo2.last > 99").features()

    assert (signal_feature("spo2", "last"), signal_feature("temperature", "last")) == features


def test_conditions_may_take_several_lines() -> None:
    """Line breaks are white space."""
    assert parse("infused and sedated") == parse("infused\n  and sedated")


@given(conditions)
def test_what_is_written_reads_back_the_same(condition: Condition) -> None:
    """Writing a condition and reading it gives an equal condition."""
    assert condition == parse(condition.text())


ALPHABET = string.ascii_letters + string.digits + " .,()<>=!+-*/\"'_\n\t≥µ\x00"
PIECES = [
    *("temperature", "oxygen_device", "crs_astct", "infused", "patient", "baseline"),
    *(".last", ".min", ".age", ".stale", "(2h)", "(", ")", ",", "and", "or", "not", "in"),
    *(">=", "==", "+", "-", "*", "/", "3", "38.0", "2h", "per_hour", '"cpap"', ".", " "),
]


def assert_only_own_error(text: str) -> None:
    with suppress(ConditionProblems):
        assert parse(text).features()


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text is either a condition or a list of problems."""
    assert_only_own_error(text)


@given(st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join))
def test_no_heap_of_words_raises_anything_else(text: str) -> None:
    """Any heap of the language's own words is either a condition or a list of problems."""
    assert_only_own_error(text)


@pytest.mark.parametrize(
    "text",
    ["not " * 400 + "infused", "1 + " * 400 + "age_years > 1", "-" * 1_500 + "age_years > 1"],
    ids=["not", "sum", "minus"],
)
def test_depth_is_bounded(text: str) -> None:
    """A condition deeper than a person can read is refused, and nothing overflows."""
    (complaint,) = complaints(text)

    assert f"found more than {DEPTH_MAX} levels" in complaint


def test_length_is_bounded() -> None:
    """A condition longer than a person can read is refused before it is parsed."""
    (complaint,) = complaints("(" * (TEXT_LENGTH_MAX + 1))

    assert f"found {TEXT_LENGTH_MAX + 1} characters" in complaint


REFUSED = {
    # syntax
    "": "column 1: found the end, expected a number",
    "infused and": "column 12: found the end",
    "infused AND sedated": 'did you mean "and"?',
    "age_years = 3": 'did you mean "=="?',
    "age_years ≥ 3": 'did you mean ">="?',
    "infused && sedated": 'did you mean "and"?',
    "age_years > 1.5h": "column 13: found '1.5h'",
    "1 < age_years < 3": "column 15: found '<'",
    "temperature.min(2h > 3": "expected ) or ,",
    # names
    "temprature.last >= 38": 'found \'temprature\', expected a signal, treatment, scale or context '
                             'word; did you mean "temperature"?',
    "temperature.lst >= 38": "column 13: found .lst",
    "temperature >= 38": "found temperature alone, expected one of .last, .age",
    "temperature.last.max > 3": "found .max, expected nothing after the measure",
    "norepinephrine.runing": '.running, .given, .count, .age; did you mean "running"?',
    "news": "found 'news', expected a signal, treatment, scale or context word; did you mean",
    "crs_astct.mean(2h) > 2": "found .mean, expected one of .min, .max",
    "baseline.systolc > 100": 'did you mean "systolic_bp"?',
    "baseline > 100": "expected one signal: baseline.systolic_bp",
    "baseline.oxygen_device > 1": "expected a signal measured as a number",
    "patient.slience > 3min": 'did you mean "patient.silence"?',
    # arguments
    "temperature.min >= 36": "found temperature.min with 0 arguments, expected one span",
    "temperature.min() >= 36": "found temperature.min with 0 arguments, expected one span",
    "temperature.min(2) >= 36": "expected a span of whole seconds such as 30s",
    "temperature.min(0s) >= 36": "found a window out of bounds",
    "temperature.min(1500ms) >= 36": "found a window out of bounds, expected a span of whole",
    "temperature.min(15d) >= 36": "of at most 14d",
    "temperature.min(2h, 3h) >= 36": "found temperature.min with 2 arguments",
    "temperature.last(2h) >= 36": "expected none: remove the parentheses",
    "news2(2h) > 3": "expected none: remove the parentheses",
    "infused(2h)": "expected none: remove the parentheses",
    "norepinephrine.running(2h)": "expected none: remove the parentheses",
    "temperature.seconds_beyond(38.0, 2h) > 1h": "expected temperature.seconds_beyond(>= 38.0, 2h)",
    "temperature.seconds_beyond(>= 380, 2h) > 1h": "the plausible range of temperature",
    "temperature.seconds_beyond(>= 38.0, 15d) > 1h": "of at most 14d",
    # sorts
    "temperature.last": "found a number, expected a truth",
    "temperature.age": "found an age, expected a truth",
    "oxygen_device.last": "found a coded reading, expected a truth",
    "infused and temperature.last": "column 13: found a number, expected a truth",
    "not temperature.last": "column 5: found a number, expected a truth",
    "temperature.age > 3": "found a number, expected a span such as 30min",
    "temperature.last > 3min": "found a span of time, expected a number such as 38.0",
    "temperature.slope(2h) >= 0.3": "found a number, expected a rate such as 0.3 per_hour",
    "temperature.stale == 1": "found a truth before ==, expected a quantity",
    "temperature.last + temperature.age > 3": "found a number + an age",
    "age_years + 2h > 3": "expected quantities that go together",
    "2h * temperature.seconds_beyond(> 38, 2h) > 3": "expected quantities that go together",
    "-infused": "found - before a truth",
    "age_years / 0 > 3": "found / with 0",
    "0 * age_years > 3": "found * with 0",
    "age_years > 1 + 2": "found arithmetic of two constants, expected its result",
    "feed.silence > -5min": "found - before a span of time",
    "feed.silence > patient.silence": "found an age, expected a span such as 30min",
    "feed.silence + 5min > 10min": "found an age + a span of time, expected quantities",
    "-feed.silence < 10min": "found - before an age",
    "infused and 1 < 2": "column 13: found two constants",
    # coded signals
    "oxygen_device.last > seizure.last": "found words of another kind, expected room_air",
    'phase == "acut"': 'did you mean "acute"?',
    'crs_astct.at("tocilizumap") > 1': 'did you mean "tocilizumab"?',
    "crs_astct.at(24h) > 1": 'expected one treatment in quotes: crs_astct.at("tocilizumab")',
    "oxygen_device.last == 3": "found a number, expected one of room_air",
    'oxygen_device.last == "cpapp"': 'did you mean "cpap"?',
    'oxygen_device.mean(2h) == "cpap"': "found .mean, expected one of .last, .age, .stale",
    'temperature.last in ("cpap")': "found a number before in, expected a coded reading",
    '"cpap" == oxygen_device.last': "found a quoted word before ==",
    # constants
    "temperature.last >= 100.4": "found 100.4, expected 13 to 47 Cel, the plausible range",
    "heart_rate.last >= 100.5": "expected steps of 1",
    "1 < 2": "found two constants, expected at least one reading",
    "age_years > 1234567890123456": "expected a number of at most 15 digits",
    "feed.silence > 99999999d": "expected a span shorter than a lifetime",
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=list(REFUSED))
def test_refuses_in_three_parts(text: str, said: str) -> None:
    """Each mistake is named with its column, what was found and what belongs there."""
    (complaint,) = complaints(text)

    assert complaint.startswith("column ")
    assert said in complaint


def test_all_mistakes_are_told_at_once() -> None:
    """Several mistakes in one condition are all told, left to right."""
    text = 'temprature.last > 38 and oxygen_device.last == "cpapp" or spo2.age < 3'

    assert [1, 48, 70] == [int(c.split()[1].rstrip(":")) for c in complaints(text)]


def test_a_mistake_is_told_once() -> None:
    """A part that is already complained of is not complained of again by what stands around it."""
    assert 1 == len(complaints("-(temprature.last + 1) * 2 > 38 and not infused"))


def test_several_lines_tell_the_line() -> None:
    """In a condition of several lines a mistake is told with its line."""
    (complaint,) = complaints("infused\nand sedatd")

    assert complaint.startswith("line 2, column 5: found 'sedatd'")


def test_every_word_has_a_sort() -> None:
    """No measure and no context word is without a sort to check it by."""
    assert set(SignalMeasure) == set(SIGNAL_SORTS)
    assert set(TreatmentMeasure) == set(TREATMENT_SORTS)
    assert set(ContextName) == set(CONTEXT_SORTS)
