"""The page about scales: what each takes in, its cells, its numbers, and what proves them."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Final

from monitord.domain.features import (
    BaselineFeature,
    Column,
    ContextFeature,
    ContextName,
    Elapsed,
    LastSince,
    ScaleFeature,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.time import format_span
from monitord.rules.book import Rule, RuleBook
from monitord.scores import SCALE_NAMES, SCALES, grading
from monitord.scores.bands import Bands, Words
from monitord.scores.grading import Grading
from monitord.scores.ratio import Ratio
from monitord.scores.scale import Input, Scale
from tests.docs.traceability.markdown import bullets, linked, page, table
from tests.docs.traceability.numbers import Number, fields_read, imported, numbers_of
from tests.docs.traceability.proofs import proofs_of, proofs_of_all, told

_CONTEXT: Final = {
    ContextName.INFUSED: "whether the CAR-T infusion was recorded",
    ContextName.AGE_YEARS: "age in years, as the stay says",
    ContextName.DEVELOPMENTAL_DELAY: "delayed in development, as the stay says; unknown is no",
    ContextName.FEVER_WAIVED: "whether something given hides fever, so that it is not asked for",
    ContextName.SEDATED: "whether sedation is running",
    ContextName.VASOPRESSORS: "how many vasopressors are running, vasopressin not counted",
    ContextName.SPO2_SCALE: "the saturation scale prescribed for the patient, 1 or 2",
}
_LEGEND: Final = (
    "A scale is an interval: what is unknown widens it. No scale here was signed off by a "
    "clinician.\n"
    "How far a number was checked: **[S]** seen in a published abstract, table or text of its "
    "source; **[S2]** seen in a secondary page only; **[K]** known from memory of the paper, not "
    "checked against it.\n"
    '"clinical.md" is the collection of evidence that the project was given; where the consensus '
    "leaves something open, the choice is told in [0013](../adr/0013-open-clinical-choices.md)."
)


_NO_RULES: Final = {
    True: "None: it is computed and published, no more.",
    False: "None: it is computed where the patient's state is shown, and nobody is told of it.",
}


def scales_page(book: RuleBook) -> str:
    """Write the page; `book` tells which rules rest on which scale."""
    return page(
        "The scales, cell by cell",
        _LEGEND,
        *(_section(make, book) for make in SCALES),
        "## The local numbers",
        "Each may be changed by the unit under `[grading]` in its settings. As they are written in "
        "`monitord/scores/grading.py`: whole units of the signal, so hundredths of a degree, mmHg, "
        "tenths of a percent, tenths of a litre a minute.",
        table(("number", "as written", "source", "read by"), _local_numbers()),
        "## Tests over all scales",
        bullets(told(proof) for proof in proofs_of_all()),
    )


def _section(make: Callable[[Grading], Scale], book: RuleBook) -> str:
    scale, module = make(Grading()), sys.modules[make.__module__]
    numbers = [(f"`{n.name}`", f"`{n.written}`", n.source) for n in own_numbers(module)]
    return "\n\n".join(
        (
            f"## `{scale.name}`",
            f"**{scale.label}**, 0 to {scale.text(scale.highest)}. Source: {scale.source}.",
            inspect.getdoc(module) or "",
            f"### What `{scale.name}` takes in",
            table(("input", "what it is", "unit, or words"), map(_input_row, scale.inputs)),
            f"### The cells of `{scale.name}` as the program has them",
            table(("row", "signal", "what it scores"), _cells(module, scale)),
            *([table(("number", "as written", "source"), numbers)] if numbers else []),
            f"### What `{scale.name}` does not cover",
            bullets(scale.not_covered),
            f"### Rules that rest on `{scale.name}`",
            bullets(_resting(scale.name, book)) or _NO_RULES[scale.is_told],
            f"### What proves `{scale.name}`",
            *map(told, proofs_of(scale.name)),
        )
    )


def _input_row(entry: Input) -> tuple[str, str, str]:
    return f"`{entry.name}`", _meaning(entry.feature), _values(entry.feature)


def _meaning(feature: Column) -> str:
    match feature:
        case ContextFeature(name):
            return _CONTEXT[name]
        case BaselineFeature(word):
            return f"{SIGNAL[word].label.lower()} before the infusion, as the stay says"
        case Elapsed(TreatmentFeature(word), 0):
            return f"whether {word} was ever given or started"
        case TreatmentFeature(word, measure=measure):
            return f"whether {word} is {measure}"
        case SignalFeature(word, measure=SignalMeasure.LAST):
            stale = format_span(SIGNAL[word].stale_after_ms)
            return f"{SIGNAL[word].label}: the last value, unknown after {stale}"
        case LastSince(word, state=ContextFeature(ContextName.SEDATED)):
            stale = format_span(SIGNAL[word].stale_after_ms)
            return (
                f"{SIGNAL[word].label}: the last value, unknown after {stale}, and while sedation "
                "runs unless it was taken since it was started last"
            )
        case LastSince(word, state=SignalFeature(state)):
            stale = format_span(SIGNAL[word].stale_after_ms)
            return (
                f"{SIGNAL[word].label}: the last value, unknown after {stale}, and if it is older "
                f"than the present {SIGNAL[state].label}"
            )
        case SignalFeature(word, measure=SignalMeasure.ELSEWHERE):
            return f"{SIGNAL[word].label}: whether the assessor gave the last one another cause"
        case SignalFeature(word, measure=measure, window_ms=int() as window_ms):
            end = {SignalMeasure.MAX: "highest", SignalMeasure.MIN: "lowest"}[measure]
            return f"{SIGNAL[word].label}: the {end} of the last {format_span(window_ms)}"
        case _:
            raise AssertionError(f"{feature!r} is asked by no scale")


def _values(feature: Column) -> str:
    match feature:
        case SignalFeature(measure=SignalMeasure.ELSEWHERE):
            return ""
        case SignalFeature(word) | LastSince(word) | BaselineFeature(word):
            return ", ".join(f"`{text}`" for text in SIGNAL[word].words or (SIGNAL[word].unit,))
        case _:
            return ""


def _cells(module: ModuleType, scale: Scale) -> Iterator[tuple[str, str, str]]:
    """Every row of the chart as the program has it, in the order of the module."""
    for name, chart in vars(module).items():
        if isinstance(chart, Bands | Words):
            row = _bands(chart) if isinstance(chart, Bands) else _words(chart)
            yield f"`{name}`", f"`{chart.signal}`", row
        elif isinstance(chart, Ratio) and chart is scale.compute:
            signals = ", ".join(f"`{signal.word}`" for signal in (*chart.over, chart.under))
            yield f"`{name}`", signals, f"{chart.written}, in steps of {float(scale.step)}"


def _bands(chart: Bands) -> str:
    signal = SIGNAL[chart.signal]
    edges = [f"to {signal.text(edge)}" for edge in chart.edges]
    return _scored([*edges, "above"], chart.points)


def _words(chart: Words) -> str:
    return _scored(SIGNAL[chart.signal].words, chart.points)


def _scored(cells: Iterable[str], points: Iterable[int]) -> str:
    return ", ".join(f"{cell}: **{worth}**" for cell, worth in zip(cells, points, strict=True))


def own_numbers(module: ModuleType) -> list[Number]:
    """Return the numbers that a scale has beside `Grading`: its own, and those of other rooms."""
    text = inspect.getsource(module)
    taken = [
        number
        for room, name in imported(text)
        if isinstance(getattr(sys.modules[room], name), int)
        for number in numbers_of(inspect.getsource(sys.modules[room]))
        if number.name == name
    ]
    return [*numbers_of(text), *taken]


def _local_numbers() -> Iterator[tuple[str, str, str, str]]:
    readers = {
        make(Grading()).name: fields_read(inspect.getsource(sys.modules[make.__module__]), "local")
        for make in SCALES
    }
    for name, written, source in numbers_of(inspect.getsource(grading)):
        reading = [f"`{scale}`" for scale, fields in readers.items() if name in fields]
        yield f"`{name}`", f"`{written}`", source, ", ".join(reading) or "the ward's memory"


def _resting(scale: str, book: RuleBook) -> Iterator[str]:
    for rule in book.rules:
        if scale in scales_read(rule):
            policy = rule.policy
            yield f"{linked(policy.rule, 'rules.md')}: {policy.maturity}, {policy.priority}"


def scales_read(rule: Rule) -> list[str]:
    """Return the scales that the condition of a rule asks, in the order of the registry."""
    read = {asked.scale for asked in rule.condition.features() if isinstance(asked, ScaleFeature)}
    return [scale for scale in SCALE_NAMES if scale in read]


def indices_read(rule: Rule) -> list[str]:
    """Return the indices that the condition of a rule asks, in the order they are written."""
    asked = (f.scale for f in rule.condition.features() if isinstance(f, ScaleFeature))
    return [name for name in dict.fromkeys(asked) if name not in SCALE_NAMES]
