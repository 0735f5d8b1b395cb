"""What the slow twins share: patients told in plain words, and every way an unknown could turn out.

A patient is a mapping from an input's name to a plain value: a number in the chart's own unit, a
word, True or False; None is unknown. `<signal>.elsewhere` is True when the assessor gave the last
finding another cause: it then counts for no grade. A mark belongs to a finding, so a mark without
one says nothing. Nothing here is fast, and nothing here knows any medicine.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

Value: TypeAlias = float | str | bool | None
Patient: TypeAlias = Mapping[str, Value]
Choices: TypeAlias = Mapping[str, tuple[Value, ...]]


def number(patient: Patient, name: str) -> float:
    """Read a number that must be known."""
    value = patient[name]
    assert value is not None and not isinstance(value, str), f"{name} is {value!r}, not a number"
    return value


def word(patient: Patient, name: str) -> str:
    """Read a word that must be known."""
    value = patient[name]
    assert isinstance(value, str), f"{name} is {value!r}, not a word"
    return value


def elsewhere(patient: Patient, signal: str) -> bool:
    """Tell whether the assessor gave the last finding another cause."""
    return bool(patient[f"{signal}.elsewhere"])


def without_idle_marks(patient: Patient) -> dict[str, Value]:
    """Take away the marks that have no finding to belong to, before one is filled in."""
    idle = {name for name in patient if name.endswith(".elsewhere") and _is_idle(patient, name)}
    return {name: False if name in idle else value for name, value in patient.items()}


def _is_idle(patient: Patient, mark: str) -> bool:
    return patient[mark.replace(".elsewhere", ".last")] is None


def completions(patient: Patient, choices: Choices) -> Iterator[dict[str, Value]]:
    """Yield every way the unknown inputs named in `choices` could turn out; the rest is kept."""
    unknown = [name for name in choices if patient[name] is None]
    for values in product(*(choices[name] for name in unknown)):
        yield {**patient, **dict(zip(unknown, values, strict=True))}


def narrowing(
    patient: Patient,
    choices: Choices,
    interval: Callable[[Patient], tuple[int, int]],
) -> tuple[str, ...]:
    """Name each unknown input for which some value alone makes the interval strictly narrower."""
    low, high = interval(patient)
    names = []
    for name, values in choices.items():
        if patient[name] is not None:
            continue
        known = [interval({**patient, name: value}) for value in values]
        if any(then[1] - then[0] < high - low for then in known):
            names.append(name)
    return tuple(names)
