"""The one sentence a nurse reads: the values and their ages, what is not known, what to do.

Built once, from data, and never from another sentence. Holds no patient id and no name, because it
travels to pagers. Units are shown as on a chart, not as in UCUM.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from monitord.domain.alerts import AlertPolicy
from monitord.domain.decisions import Evidence
from monitord.domain.signals import SIGNAL
from monitord.domain.time import SECOND, Millis, format_span
from monitord.domain.treatments import TREATMENT

_CHART_UNITS: Final = {"mm[Hg]": "mmHg", "Cel": "°C", "10*3/uL": "thousand/µL"}
_RUNNING: Final = "running"
_BETWEEN_SENTENCES: Final = re.compile(r"[.!?]\s+(?=[A-Z])")


class Flapping(NamedTuple):
    """How often a condition came and went within a span; 0 times is not worth a word."""

    times: int
    within_ms: Millis


def message(
    policy: AlertPolicy,
    evidence: Sequence[Evidence],
    missing: Sequence[str],
    now: Millis,
    points: Sequence[str] = (),
    flapping: Flapping | None = None,
) -> str:
    """Tell an alert in one English sentence.

    `missing` has the words of the signals that are not known, `points` a sentence for each index
    behind the alert. A treatment that runs is shown without an age.
    """
    values = ", ".join(_told_together(values, now) for values in _by_signal(evidence))
    unknown = ", ".join(_label(word) for word in missing)
    counted = (sentence.rstrip(".") for sentence in points)
    not_known = f"not known: {unknown}" if missing else ""
    clauses = (_on_and_off(flapping), *counted, values, not_known, _as_clause(policy.action))
    return f"{policy.title.rstrip('.')}: {'; '.join(clause for clause in clauses if clause)}."


def title_of(sentence: str) -> str:
    """The title with which `message` began a sentence.

    >>> title_of("Fever: temperature 38.4 °C just now; measure again.")
    'Fever'
    """
    return sentence.partition(": ")[0].rstrip(".")


def _on_and_off(flapping: Flapping | None) -> str:
    if flapping is None or not flapping.times:
        return ""
    return f"on and off {flapping.times} times in {format_span(flapping.within_ms)}"


def _by_signal(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Put the values of one signal together, each signal where its first value stands."""
    grouped: dict[str, list[Evidence]] = {}
    for value in evidence:
        grouped.setdefault(value.signal, []).append(value)
    return list(grouped.values())


def _told_together(values: Sequence[Evidence], now: Millis) -> str:
    """The first value with its name, the others, which stood out earlier, in brackets."""
    first, *others = values
    if not others:
        return _told(first, now)
    earlier = ", ".join(
        f"{other.value}{_unit(other.unit)} {age_in_words(now - other.time)}" for other in others
    )
    return f"{_told(first, now)} ({earlier})"


def _told(value: Evidence, now: Millis) -> str:
    shown = f"{_label(value.signal)} {str(value.value).replace('_', ' ')}{_unit(value.unit)}"
    return shown if value.value == _RUNNING else f"{shown} {age_in_words(now - value.time)}"


@lru_cache(maxsize=1024)
def _label(word: str) -> str:
    """The name on a chart; a dotted word such as `baseline.systolic_bp` is told part by part."""
    return " ".join(_part(part) for part in word.split("."))


def _part(word: str) -> str:
    named = SIGNAL.get(word) or TREATMENT.get(word)
    return named.label if named else word.replace("_", " ")


def _unit(unit: str) -> str:
    """The unit as on a chart, with the space it takes before it."""
    if not unit:
        return ""
    return unit if unit[0] in "%/" else f" {_CHART_UNITS.get(unit, unit)}"


def age_in_words(age_ms: Millis) -> str:
    """How long ago, in words; a clock that runs a little ahead is now."""
    return "just now" if age_ms < SECOND else f"{format_span(age_ms)} ago"


@lru_cache(maxsize=1024)
def _as_clause(action: str) -> str:
    """The action, which may be several sentences, as the end of one."""
    parts = _BETWEEN_SENTENCES.split(action.strip().rstrip("."))
    return ", then ".join(_lowered(part) for part in parts)


def _lowered(text: str) -> str:
    """The text without its sentence's capital; abbreviations such as ICE keep theirs."""
    is_abbreviation = text[1:2].isupper() or text[1:2].isdigit()
    return text if is_abbreviation else text[:1].lower() + text[1:]
