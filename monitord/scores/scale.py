"""What every published scale has: a name, its inputs, and a grade as an interval.

`missing` is defined, not guessed: an unknown input is missing when some value of it would make the
interval narrower.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from monitord.domain.alerts import Maturity
from monitord.domain.chart import age, label, shown, with_unit
from monitord.domain.decisions import Evidence
from monitord.domain.features import (
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    LastSince,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
)
from monitord.domain.language import ENGLISH, Language
from monitord.domain.signals import SIGNAL
from monitord.domain.time import Millis
from monitord.scores.columns import Column as Values
from monitord.scores.columns import Interval, Mask, between, unknown

Inputs: TypeAlias = Mapping[str, Values]
PatientInputs: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a scale asks of a patient.

    `name` is what the scale calls it, `feature` the column the engine brings, `tries` the values
    (whole units, word indexes) that stand for everything it could be; a scale with its own
    `narrows` tries none.
    """

    name: str
    feature: Column
    tries: tuple[float, ...] = ()

    @property
    def word(self) -> str:
        """What a person is told when it is missing: the signal or treatment, else its own name."""
        match self.feature:
            case SignalFeature(word) | LastSince(word):
                return word
            case Elapsed(SignalFeature(word) | TreatmentFeature(word)):
                return word
            case _:
                return self.name


def last(signal: str, *tries: float) -> Input:
    """Ask for the last value of a signal; a coded one can be any of its words."""
    known = SIGNAL[signal]
    feature = SignalFeature(signal, known.index, SignalMeasure.LAST)
    return Input(f"{signal}.last", feature, tries or tuple(range(len(known.words))))


def last_since(signal: str, state: SignalFeature | ContextFeature, *tries: float) -> Input:
    """Ask for the last value of a signal, as `last`, if it was measured in the present state."""
    feature = LastSince(signal, SIGNAL[signal].index, state)
    return Input(f"{signal}.last", feature, tries)


def extreme(signal: str, measure: SignalMeasure, window_ms: Millis) -> Input:
    """Ask for the highest or lowest value of a signal within a window that counts for a grade."""
    index = SIGNAL[signal].index
    feature = SignalFeature(signal, index, measure, window_ms, is_counted=True)
    return Input(f"{signal}.{measure}", feature)


def elsewhere(signal: str) -> Input:
    """Ask whether the assessor gave the last finding another cause."""
    feature = SignalFeature(signal, SIGNAL[signal].index, SignalMeasure.ELSEWHERE)
    return Input(f"{signal}.elsewhere", feature)


def context(name: ContextName, *tries: float) -> Input:
    """Ask for a word of the patient's context."""
    return Input(name.value, ContextFeature(name), tries)


@dataclass(frozen=True, slots=True)
class Ages:
    """How long before `now` what a scale rests on was measured, for its sentence.

    The last value of a signal stands first in its evidence, what stood out earlier follows; `say`
    is the language that ages are told in.
    """

    evidence: Sequence[Evidence] = ()
    now: Millis = 0
    say: Language = ENGLISH

    def told(self, text: str, signal: str, whole: float) -> str:
        """Give a text about a known value its age, where that is known."""
        value = SIGNAL[signal].value(int(whole))
        for one in self.evidence:
            if one.signal == signal and one.value == value:
                return self.say("{value} {age}", value=text, age=self._age(one))
        return text

    def told_last(self, text: str, signal: str) -> str:
        """Add to a text about a value that is no longer known when it was."""
        for one in self.evidence:
            if one.signal == signal:
                return self.say("{text} (last charted {age})", text=text, age=self._age(one))
        return text

    def _age(self, one: Evidence) -> str:
        return age(self.now - one.time, self.say)


def named(signal: str, whole: float, ages: Ages) -> str:
    """Tell a known value with its name and age, without a unit."""
    say = ages.say
    told = say("{label} {value}", label=label(signal, say), value=shown(signal, whole, say))
    return ages.told(told, signal, whole)


def measured(signal: str, whole: float, ages: Ages) -> str:
    """Tell a value with its name, unit and age, or that it is not known."""
    say, name = ages.say, label(signal, ages.say)
    if whole != whole:
        return ages.told_last(say("{label} not known", label=name), signal)
    value = with_unit(shown(signal, whole, say), SIGNAL[signal].unit, say)
    return ages.told(say("{label} {value}", label=name, value=value), signal, whole)


def with_cause(finding: str, say: Language) -> str:
    """Say of a finding that the assessor gave it another cause."""
    return say("{finding} (another cause)", finding=finding)


def has_other_cause(patient: Inputs, signal: str) -> Mask:
    """Tell whose last finding has another cause; a mark that outlived its finding says nothing."""
    return (patient[f"{signal}.elsewhere"] > 0) & (unknown(patient[f"{signal}.last"]) ^ True)


@dataclass(frozen=True, slots=True)
class Scale:
    """One published scale.

    `compute` takes whole units (`domain.signals`), word indexes and 0/1, NaN where unknown, as
    plain numbers of one patient or as arrays over patients, and gives the least and the most the
    scale can be; NaN where the scale does not apply to the patient. `narrows` may tell of an
    unknown input what trying its values would show, where that is plain from the chart.
    `source` says where its cells were seen, `not_covered` what nobody may read out of it. `explain`
    tells one patient's value in one sentence, in the language of its ages.

    A scale with `decimals` counts, `highest` included, in whole steps of 10^-decimals; `value` and
    `text` give them back as the number. A scale that is not `is_told` makes no assessments, because
    it moves with every reading: it is computed for the rules that read it and where it is shown.
    `maturity` tells how far an index of a pack is trusted; a published scale has none.
    """

    name: str
    label: str
    highest: int
    source: str
    not_covered: tuple[str, ...]
    inputs: tuple[Input, ...]
    compute: Callable[[Inputs], Interval]
    explain: Callable[[PatientInputs, Ages], str]
    narrows: Callable[[str, PatientInputs], bool] | None = None
    decimals: int = 0
    is_told: bool = True
    maturity: Maturity | None = None

    def called(self, say: Language) -> str:
        """Name the scale to a person; an index in the sandbox with how far to trust it."""
        if self.maturity is Maturity.SANDBOX:
            return say("{label} (sandbox, not validated)", label=say(self.label))
        return say(self.label)

    @property
    def is_index(self) -> bool:
        """Tell whether it is a sum of points that a pack defines."""
        return self.maturity is not None

    @property
    def step(self) -> Fraction:
        """Give the size of one of the steps that the scale counts in."""
        return Fraction(1, 10**self.decimals)

    def value(self, steps: float) -> int | float:
        """Give steps as the number they stand for; the nearest float, where it has decimals."""
        return float(int(steps) * self.step) if self.decimals else int(steps)

    def text(self, steps: float) -> str:
        """Write steps for a reader, always with all decimals."""
        if not self.decimals:
            return str(int(steps))
        return f"{int(steps) * Decimal(1).scaleb(-self.decimals):f}"

    @property
    def everything(self) -> Interval:
        """Give all that the scale can be: what is said where it could not be computed."""
        return between(0, self.highest)

    def missing(self, inputs: PatientInputs) -> tuple[str, ...]:
        """Name the unknown inputs of one patient that would narrow the interval if known."""
        return self.narrowing(inputs, self.compute(inputs))  # type: ignore[arg-type]

    def narrowing(self, inputs: PatientInputs, now: Interval) -> tuple[str, ...]:
        """Name what is missing, given what the scale says now."""
        low, high = now
        if not low < high:
            return ()
        return tuple(
            entry.name
            for entry in self.inputs
            if inputs[entry.name] != inputs[entry.name] and self._narrows(entry, inputs, low, high)
        )

    def _narrows(self, entry: Input, inputs: PatientInputs, low: Values, high: Values) -> bool:
        if self.narrows is not None:
            return self.narrows(entry.name, inputs)
        # What is found anew does not carry the mark of what was found before.
        fresh = {**inputs, entry.name.replace(".last", ".elsewhere"): 0.0}
        for value in entry.tries:
            then = self.compute({**fresh, entry.name: value})  # type: ignore[dict-item]
            if then.low > low or then.high < high:
                return True
        return False
