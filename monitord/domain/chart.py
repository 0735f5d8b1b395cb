"""How things are called and values are shown to people: as on a chart, in the ward's language."""

from functools import lru_cache
from typing import Final

from monitord.domain.language import Language
from monitord.domain.signals import SIGNAL
from monitord.domain.time import MINUTE, SECOND, Millis
from monitord.domain.treatments import TREATMENT

# Units as on a chart, where that is not how UCUM writes them.
UNITS: Final = {"mm[Hg]": "mmHg", "Cel": "°C", "10*3/uL": "thousand/µL"}
_MOST_NAMES: Final = 1024
_MOST_AGES: Final = 8192  # seconds of a minute, minutes of two days, days of years


@lru_cache(maxsize=_MOST_NAMES)
def label(word: str, say: Language) -> str:
    """Name a signal or treatment; a dotted word such as `baseline.systolic_bp` part by part."""
    return " ".join(_part(part, say) for part in word.split("."))


def _part(word: str, say: Language) -> str:
    named = SIGNAL.get(word) or TREATMENT.get(word)
    return say(named.label if named else word.replace("_", " "))


def shown(signal: str, whole: float, say: Language) -> str:
    """Show a value in whole units of its signal as its word or number, without the unit."""
    known = SIGNAL[signal]
    return say.word(signal, known.words[int(whole)]) if known.words else known.text(int(whole))


def with_unit(number: object, unit: str, say: Language) -> str:
    """Show a number with its unit, and the space that the unit takes before it."""
    return f"{number}{_unit(unit, say)}"


@lru_cache(maxsize=_MOST_NAMES)
def _unit(unit: str, say: Language) -> str:
    if not unit:
        return ""
    told = say.word("unit", UNITS.get(unit, unit))
    return told if unit[0] in "%/" else f" {told}"


def age(age_ms: Millis, say: Language) -> str:
    """Say how long ago; a clock that runs a little ahead is now."""
    if age_ms < SECOND:
        return say("just now")
    # Nobody is told more than the minutes of what is older than one.
    return _ago(age_ms - age_ms % (MINUTE if age_ms >= MINUTE else SECOND), say)


@lru_cache(maxsize=_MOST_AGES)
def _ago(age_ms: Millis, say: Language) -> str:
    return say("{span} ago", span=say.span(age_ms))
