"""Says what became of a value that was corrected, retracted or marked bad by its device."""

from typing import Final

from monitord.domain.events import Observation
from monitord.domain.signals import SIGNALS
from monitord.domain.time import HOUR, format_span
from monitord.engine.decisions import Decisions
from monitord.engine.ward import Ward
from monitord.windows.revised import Revised

# How often the bad readings of one signal of a patient are told: an hour is the house's own.
TOLD_EVERY_MS: Final = HOUR

_AND: Final = {
    Revised.NOTHING: "; nothing was known of that time",
    Revised.EXACTLY: "",
    Revised.WIDELY: "; the highest or lowest of about that time may be too far out",
    Revised.NOT_TOLD_APART: "; the old one cannot be told from others of about that time"
    " and still counts",
}


def tell(
    observation: Observation, notice: str, out: Decisions, revised: Revised = Revised.EXACTLY
) -> None:
    """Notice what was done with a value, and what of it could not be done exactly."""
    late = format_span(out.now - observation.time)
    detail = f"{SIGNALS[observation.signal].word} measured {late} ago{_AND[revised]}"
    out.notice(notice, observation.patient, detail)


def refuse_retraction(observation: Observation, out: Decisions) -> None:
    """Refuse to take back what is not there."""
    word, late = SIGNALS[observation.signal].word, format_span(out.now - observation.time)
    found = f"there is no {word} of {observation.patient} of {late} ago, expected a known value"
    detail = f"{found}; it may have been retracted before, else check the sender"
    out.reject("nothing_to_retract", detail, f"Observation {observation.patient}")


def refuse_bad(ward: Ward, row: int, observation: Observation, out: Decisions) -> None:
    """Refuse a reading that its device calls bad; of each signal at most once an hour."""
    told_at = ward.memory.told_bad_at
    if out.now - int(told_at[observation.signal, row]) < TOLD_EVERY_MS:
        return
    told_at[observation.signal, row] = out.now
    found = f"{SIGNALS[observation.signal].word} of {observation.patient} has the quality bad"
    detail = f"{found}, expected good or questionable; look at the sensor (told once an hour)"
    out.reject("bad_quality", detail, f"Observation {observation.patient}")
