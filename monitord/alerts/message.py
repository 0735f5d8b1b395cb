"""The one sentence a nurse reads: the values and their ages, what is not known, what to do.

Built once, from data, in the ward's language. Holds no patient id and no name, because it travels
to pagers. Units are shown as on a chart, not as in UCUM.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from monitord.domain.alerts import AlertPolicy
from monitord.domain.chart import age, label, with_unit
from monitord.domain.decisions import Evidence
from monitord.domain.language import ENGLISH, Language
from monitord.domain.time import Millis

_RUNNING: Final = "running"
_GIVEN: Final = "given"
_AFTER_TITLE: Final = re.compile(r": |\uff1a")  # as each of our languages has it
_DUE: Final = "due"
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
    say: Language = ENGLISH,
) -> str:
    """Tell an alert in one sentence.

    `missing` has the words of the signals that are not known, `points` a sentence for each index
    behind the alert. A treatment that runs is shown without an age.
    """
    values = say.values(_told_together(values, now, say) for values in _by_signal(evidence))
    unknown = say.names(label(word, say) for word in missing)
    clauses = (
        _on_and_off(flapping, say),
        *map(say.without_stop, points),
        values,
        say("not known: {names}", names=unknown) if missing else "",
        _as_clause(policy.action, say),
    )
    title = say.without_stop(say(policy.title))
    return say.sentence(say("{what}: {why}", what=title, why=say.clauses(clauses)))


def title_of(sentence: str) -> str:
    """The title with which `message` began a sentence.

    >>> title_of("Fever: temperature 38.4 °C just now; measure again.")
    'Fever'
    """
    return _AFTER_TITLE.split(sentence, maxsplit=1)[0].rstrip(".\u3002")


def _on_and_off(flapping: Flapping | None, say: Language) -> str:
    if flapping is None or not flapping.times:
        return ""
    span = say.span(flapping.within_ms)
    return say("on and off {times} times in {span}", times=flapping.times, span=span)


def _by_signal(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Put the values of one signal together, each signal where its first value stands."""
    grouped: dict[str, list[Evidence]] = {}
    for value in evidence:
        grouped.setdefault(value.signal, []).append(value)
    return list(grouped.values())


def _told_together(values: Sequence[Evidence], now: Millis, say: Language) -> str:
    """The first value with its name, the others, which stood out earlier, in brackets."""
    first, *others = values
    told = _told(first, now, say)
    if not others:
        return told
    earlier = say.values(_earlier(other, now, say) for other in others)
    return say("{newest} ({earlier})", newest=told, earlier=earlier)


def _earlier(other: Evidence, now: Millis, say: Language) -> str:
    ago = age(now - other.time, say)
    if other.value == _DUE:
        return say("due {age}", age=ago)
    return say("{value} {age}", value=_value(other, say), age=ago)


def _told(value: Evidence, now: Millis, say: Language) -> str:
    name = label(value.signal, say)
    if value.value == _RUNNING:
        return say("{treatment} running", treatment=name)
    ago = age(now - value.time, say)
    if value.value == _GIVEN:
        return say("{treatment} given {age}", treatment=name, age=ago)
    if value.value == _DUE:
        return say("{label} due {age}", label=name, age=ago)
    return say("{label} {value} {age}", label=name, value=_value(value, say), age=ago)


def _value(value: Evidence, say: Language) -> str:
    """A number with its unit, or the word of a coded signal."""
    if isinstance(value.value, str):
        return say.word(value.signal, value.value)
    return with_unit(value.value, value.unit, say)


@lru_cache(maxsize=4096)
def _as_clause(action: str, say: Language) -> str:
    """The action, which may be several sentences, as the end of one."""
    parts = _BETWEEN_SENTENCES.split(say.without_stop(say(action).strip()))
    return say(", then ").join(_lowered(part) for part in parts)


def _lowered(text: str) -> str:
    """The text without its sentence's capital; abbreviations such as ICE keep theirs."""
    is_abbreviation = text[1:2].isupper() or text[1:2].isdigit()
    return text if is_abbreviation else text[:1].lower() + text[1:]
