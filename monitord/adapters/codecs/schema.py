"""The shape of each kind of event, as `contract.md` section 2 names its fields.

Only shapes are checked here: types, lengths, closed lists of words. What a value means, and whether
it can be true, is for `codecs.reading`. Keys that are not named here are ignored, because senders
add keys.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal, Required, TypeAlias

from pydantic import ConfigDict, Field, InstanceOf, StringConstraints
from typing_extensions import TypedDict

_STRICT: Final = ConfigDict(strict=True)

PATIENT_PATTERN: Final = r"^[A-Za-z0-9._-]{1,64}$"
# A ward becomes a level of a topic, so it cannot hold what means something there, nor a control or
# a code point that is no character: a broker hangs up on those (MQTT 5, 1.5.4).
_WARD_PATTERN: Final = r"^[^/+#\p{Cc}\p{Cn}]{1,64}$"

PatientId: TypeAlias = Annotated[str, StringConstraints(pattern=PATIENT_PATTERN)]
Ward: TypeAlias = Annotated[str, StringConstraints(pattern=_WARD_PATTERN)]
Word: TypeAlias = Annotated[str, StringConstraints(max_length=64)]
Line: TypeAlias = Annotated[str, StringConstraints(max_length=256)]
# A larger number could be read, but not be written to the journal again.
Count: TypeAlias = Annotated[int, Field(ge=-(1 << 63), lt=1 << 63)]
Number: TypeAlias = int | InstanceOf[Decimal]
Value: TypeAlias = Annotated[int | InstanceOf[Decimal] | Word, Field(union_mode="left_to_right")]


class AnyFields(TypedDict, total=False):
    """What every kind of event may carry."""

    patient: PatientId
    time: Required[Word]
    received: Word
    ward: Ward
    id: Line
    source: Line
    seq: Count


class ObservationFields(AnyFields, total=False):
    """One measured value."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    signal: Required[Word]
    value: Value
    unit: Word
    status: Literal["final", "corrected", "entered-in-error"]
    quality: Literal["good", "questionable", "bad"]
    attributable_elsewhere: bool


class StayFields(AnyFields, total=False):
    """A patient comes, moves or goes."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    action: Required[Literal["admit", "transfer", "discharge"]]
    bed: Word
    age_years: Number
    developmental_delay: bool
    baseline: Annotated[dict[Word, Value], Field(max_length=64)]
    language: Word


class TreatmentFields(AnyFields, total=False):
    """A treatment was given, started or stopped."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    treatment: Required[Word]
    action: Required[Literal["given", "started", "stopped"]]
    dose: Value
    unit: Word
    product: Line


class CommandFields(AnyFields, total=False):
    """A person answers an alert."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    action: Required[Literal["acknowledge", "silence", "unsilence", "resolve"]]
    by: Required[Line]
    alert: Word
    rule: Word
    reason: Line
    until: Word
