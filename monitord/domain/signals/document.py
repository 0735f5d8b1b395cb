"""The tables of signals and treatments in Markdown, for `docs/signals.md`.

`python -m monitord.domain.signals.document` prints them. Nothing is told that is not in the tables.
"""

import sys
from collections.abc import Iterable
from typing import Final

from monitord.domain.signals.signal import Signal
from monitord.domain.signals.table import SIGNALS
from monitord.domain.time import format_span
from monitord.domain.treatments import TREATMENTS, Treatment

BEGIN: Final = "<!-- written from the tables: begin -->"
END: Final = "<!-- written from the tables: end -->"

_SIGNAL_HEAD: Final = (
    "signal",
    "kind",
    "unit, or words",
    "step",
    "plausible",
    "stale after",
    "also read in",
    "codes",
)
_TREATMENT_HEAD: Final = ("treatment", "vasopressor", "hides fever", "sedation", "why")


def tables() -> str:
    """The generated part of the page, between its two marks."""
    signals = _table(_SIGNAL_HEAD, (_signal_row(signal) for signal in SIGNALS))
    treatments = _table(_TREATMENT_HEAD, (_treatment_row(treatment) for treatment in TREATMENTS))
    sources = sorted({(s.stale_after_ms, s.source) for s in SIGNALS})
    due = "\n".join(f"- {format_span(span)}: {source}." for span, source in sources)
    parts = (
        BEGIN,
        "## Signals",
        signals,
        "Why stale after:",
        due,
        "## Treatments",
        treatments,
        END,
    )
    return "\n\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _signal_row(signal: Signal) -> tuple[str, ...]:
    others = (unit for unit in signal.units if unit not in ("", "1", signal.unit))
    fraction = ["`1` (a fraction)"] if signal.unit == "%" else []
    return (
        f"`{signal.word}`",
        signal.kind.value,
        ", ".join(f"`{word}`" for word in signal.words or (signal.unit,) if word),
        "" if signal.words else f"{signal.resolution}{' only' if signal.is_whole else ''}",
        "" if signal.words else f"{signal.text(signal.low)} to {signal.text(signal.high)}",
        format_span(signal.stale_after_ms),
        ", ".join([*(f"`{unit}`" for unit in others), *fraction]),
        ", ".join(f"`{code}`" for code in signal.codes()),
    )


def _treatment_row(treatment: Treatment) -> tuple[str, ...]:
    facts = (treatment.is_vasopressor, treatment.masks_fever, treatment.is_sedation)
    told = ("yes" if fact else "" for fact in facts)
    return (f"`{treatment.word}`", *told, treatment.source)


if __name__ == "__main__":
    sys.stdout.write(f"{tables()}\n")
