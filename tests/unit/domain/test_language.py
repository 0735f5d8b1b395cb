"""Saying phrases in another language."""

import pytest

from monitord.domain.chart import age, label, shown, with_unit
from monitord.domain.language import ENGLISH, Language
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis

BACKWARDS = Language(
    "xx",
    phrases={
        "{label} not known": "unknown is {label}",
        "{span} ago": "{span} back",
        "{count} {unit}": "{count}{unit}",
        "{hours} {minutes}": "{hours}{minutes}",
        "temperature": "heat",
        ", ": " + ",
        "; ": " / ",
        ".": "!",
    },
    words={
        ("seizure", "none"): "no fit",
        ("names", ", "): " & ",
        ("unit", "°C"): "deg",
        ("span", "min"): "m",
    },
    forms={"{count} dog": ("{count} hund", "{count} hunde")},
)


def test_a_phrase_is_said_with_its_places_in_another_order() -> None:
    """A translator chooses where a place stands."""
    assert "unknown is age" == BACKWARDS("{label} not known", label="age")


def test_what_has_no_translation_is_said_in_english() -> None:
    """A nurse reads the wrong language rather than nothing."""
    assert "it is late" == BACKWARDS("it is {what}", what="late")
    assert "focal" == BACKWARDS.word("motor_weakness", "focal")


def test_a_text_without_places_keeps_its_braces() -> None:
    """The title of a pack may hold a brace that means nothing."""
    assert "Set {A} now" == ENGLISH("Set {A} now")


def test_a_word_of_another_owner_is_another_word() -> None:
    """No seizure is not said as no weakness is."""
    assert "no fit" == BACKWARDS.word("seizure", "none")
    assert "none" == BACKWARDS.word("motor_weakness", "none")


@pytest.mark.parametrize(
    ("say", "count", "expected"),
    [
        (ENGLISH, 1, "1 dog"),
        (ENGLISH, 0, "0 dogs"),
        (BACKWARDS, 1, "1 hund"),
        (BACKWARDS, 3, "3 hunde"),
    ],
)
def test_a_number_chooses_the_form(say: Language, count: int, expected: str) -> None:
    """One and many are said as the language does."""
    assert expected == say.many("{count} dog", "{count} dogs", count)


def test_lists_and_stops_are_the_languages_own() -> None:
    """What stands between names, values and clauses, and at the end, is translated too."""
    assert "a & b" == BACKWARDS.names("ab")
    assert "a + b" == BACKWARDS.values("ab")
    assert "a / b!" == BACKWARDS.sentence(BACKWARDS.clauses(["a", "", "b"]))
    assert ["a", "b"] == [BACKWARDS.without_stop("a!"), BACKWARDS.without_stop("b.")]


@pytest.mark.parametrize(
    ("age_ms", "expected"),
    [
        (-MINUTE, "just now"),
        (59 * SECOND + 999, "59s back"),
        (5 * MINUTE + 59 * SECOND, "5m back"),
        (100 * MINUTE, "1h40m back"),
        (3 * DAY + HOUR, "3d back"),
    ],
)
def test_an_age_is_said_in_the_language(age_ms: Millis, expected: str) -> None:
    """Spans are put together as the language does; what was not translated stays."""
    assert expected == age(age_ms, BACKWARDS)


def test_names_and_values_are_those_of_the_language_that_asks() -> None:
    """What is remembered of one language is never said in another."""
    for _ in range(2):
        assert ("heat", "temperature") == (
            label("temperature", BACKWARDS),
            label("temperature", ENGLISH),
        )
        assert "38.4 deg" == with_unit(38.4, "Cel", BACKWARDS)
        assert "38.4 °C" == with_unit(38.4, "Cel", ENGLISH)
    none = SIGNAL["seizure"].words.index("none")
    assert ("no fit", "none") == (
        shown("seizure", none, BACKWARDS),
        shown("seizure", none, ENGLISH),
    )
