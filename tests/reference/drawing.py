"""Draws patients for the properties of the scores: any value a signal can have, and unknown.

Patients are plain, as the twins take them; nothing here knows what a value means.
"""

from decimal import Decimal

from hypothesis import strategies as st

from monitord.domain.signals import SIGNAL
from monitord.scores.scale import Scale
from tests.reference.columns import signal_of
from tests.reference.parts import Value

# What is never unknown: treatments and settings are a closed world.
CLOSED: dict[str, st.SearchStrategy[Value]] = {
    "infused": st.sampled_from((True, True, True, False)),
    "fever_waived": st.booleans(),
    "sedated": st.booleans(),
    "developmental_delay": st.booleans(),
    "vasopressin": st.booleans(),
    "vasopressors": st.integers(0, 4),
    "spo2_scale": st.sampled_from((1, 2)),
    "lymphodepleted": st.sampled_from((False, False, False, True)),
}
# An infant's pressure has no limit, so under one year of age knows less than no age at all.
AGE: st.SearchStrategy[Value] = st.one_of(
    st.integers(16, 90), st.sampled_from((1, 6.9, 8, 12, 12.5, 17))
)


def value(name: str) -> st.SearchStrategy[Value]:
    """Draw a known value of one input."""
    if name in CLOSED:
        return CLOSED[name]
    if name == "age_years":
        return AGE
    if name.endswith(".elsewhere"):
        return st.sampled_from((False, False, False, True))
    signal = SIGNAL[signal_of(name)]
    if signal.words:
        return st.sampled_from(signal.words)
    return st.integers(signal.low, signal.high).map(
        lambda units: float(Decimal(units) * signal.resolution)
    )


def is_open(name: str) -> bool:
    """Tell whether an input can be unknown."""
    return name not in CLOSED and not name.endswith(".elsewhere")


def patient(scale: Scale) -> st.SearchStrategy[dict[str, Value]]:
    """Draw a patient of whom any open input may be unknown."""
    return st.fixed_dictionaries(
        {
            entry.name: st.one_of(value(entry.name), st.none())
            if is_open(entry.name)
            else value(entry.name)
            for entry in scale.inputs
        }
    )
