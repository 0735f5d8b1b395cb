"""The native JSON of `contract.md` section 2: bytes in, arrivals out; and back for the journal.

A payload holds one event or an array of them. Whatever is wrong with it becomes a `Rejection` that
says so by name; one bad element of an array does not harm the others. Nothing here reads a clock.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Final, NamedTuple, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from monitord.adapters.codecs.json_text import Json, element_texts, read_all, read_text
from monitord.adapters.codecs.mistakes import first_mistake, named
from monitord.adapters.codecs.reading import (
    instant,
    read_command,
    read_observation,
    read_stay,
    read_treatment,
)
from monitord.adapters.codecs.schema import (
    PATIENT_PATTERN,
    AnyFields,
    CommandFields,
    ObservationFields,
    StayFields,
    TreatmentFields,
)
from monitord.adapters.codecs.writing import encode_decision, encode_event, encode_rejection
from monitord.domain.alerts import FEED
from monitord.domain.events import Arrival, Event, Rejection
from monitord.domain.refusals import Refused, did_you_mean
from monitord.domain.time import LONG_AGO, Millis

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "MOST_EVENTS",
    "TOLD_ALONE",
    "decode",
    "decode_lines",
    "encode_decision",
    "encode_event",
    "encode_rejection",
]

# An observation takes about 200 bytes; a day of one patient's chart fits in this many.
MOST_BYTES: Final = 256 * 1024
# As many as fit into it: {"signal":"spo2","value":97,"unit":"%","time":"2026-01-08T09:00:00Z"} has
# 69 bytes, so that more elements than one in 64 bytes are not events. Reading these takes 0.1 s.
MOST_EVENTS: Final = 4096
# Enough to see what is wrong with a sender; a larger answer than question would flood `rejected`.
TOLD_ALONE: Final = 20
LINES_AT_ONCE: Final = 256
_EVENT_KEPT_BYTES: Final = 4096  # contract.md section 4: a refused payload is cut at 4 KiB
_PATIENT: Final = re.compile(PATIENT_PATTERN)

_Fields = TypeVar("_Fields", bound=AnyFields)
_Build: TypeAlias = Callable[[_Fields, str, Millis | None, str | None], Event]
_Reader: TypeAlias = Callable[[Mapping[str, Json], "_Envelope"], Event]


class _Envelope(NamedTuple):
    """What is known of a payload before it is opened: the topic it came on, and when."""

    received: Millis | None
    ward: str | None
    patient: str | None
    kind: str | None


def decode(
    payload: bytes,
    received: Millis | None,
    *,
    ward: str | None = None,
    patient: str | None = None,
    kind: str | None = None,
    max_bytes: int = MOST_BYTES,
    max_events: int = MOST_EVENTS,
) -> list[Arrival]:
    """Give what a payload holds, in its order: events, and a rejection for whatever is refused.

    An array of more than `max_events` is refused as a whole. Of the elements that are refused for
    one reason the first 20 are told each, and all others in one rejection in the next one's place.

    `ward`, `patient` and `kind` are what the topic says; they stand in for what the payload leaves
    out, and the payload may not contradict the last two. `received` is the instant of receipt; with
    `None` each event tells it (`received`, else `time`), as in a file that is replayed, and what is
    refused without telling a time was received `LONG_AGO`. Never raises.
    """
    return _decode(payload, _Envelope(received, ward, patient, kind), max_bytes, max_events)


def _decode(payload: bytes, envelope: _Envelope, max_bytes: int, max_events: int) -> list[Arrival]:
    text = ""
    try:
        _check_envelope(envelope, len(payload), max_bytes)
        text = read_text(payload)
        if not text:
            raise _empty("the payload")
        value = read_all(text)
        if isinstance(value, list):
            return _elements(value, text, envelope, max_events)
        return [_arrival(value, text, envelope)]
    except Refused as refusal:
        kept = text or payload[:_EVENT_KEPT_BYTES].decode(errors="replace")
        return [_rejection(refusal, kept, envelope.received)]


def decode_lines(lines: Iterable[bytes]) -> Iterator[Arrival]:
    """Give what the lines of a file hold, each as `decode` would with `received=None`.

    Some lines are read at a time: going back and forth between reading and stepping costs a tenth.
    """
    waiting, untold = iter(lines), _Envelope(None, None, None, None)
    while some := list(islice(waiting, LINES_AT_ONCE)):
        told = [_decode(line, untold, MOST_BYTES, MOST_EVENTS) for line in some if line.strip()]
        yield from chain.from_iterable(told)


def _check_envelope(envelope: _Envelope, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        found = f"the payload has {size} bytes, expected at most {max_bytes}"
        raise Refused("payload_too_large", f"{found}; send fewer events at a time")
    told = envelope.patient
    if told is not None and not _PATIENT.fullmatch(told):
        found = f"the topic's patient is {named(told)}, expected 1 to 64 of A-Z a-z 0-9 . _ -"
        raise Refused("bad_patient", f"{found}; rename it at the sender")


def _empty(what: str) -> Refused:
    return Refused("empty", f"{what} is empty, expected at least one event; check the sender")


def _elements(values: list[Json], text: str, envelope: _Envelope, max_events: int) -> list[Arrival]:
    if not values:
        raise _empty("the array")
    if len(values) > max_events:
        found = f"the array has {len(values)} elements, expected at most {max_events}"
        raise Refused("too_many_events", f"{found}; send fewer events at a time")
    arrivals: list[Arrival] = []
    count: Counter[str] = Counter()
    last: dict[str, int] = {}  # the place of the one that stands for all others of its reason
    told: dict[int, tuple[int, Rejection]] = {}  # by place in the array, with that in `arrivals`
    for place, value in enumerate(values):
        try:
            arrivals.append(_event(value, envelope))
        except Refused as refusal:
            reason = refusal.reason
            count[reason] += 1
            if count[reason] <= TOLD_ALONE + 1:
                last[reason] = place
                told[place] = len(arrivals), _rejection(refusal, "", _received(value, envelope))
                arrivals.append(told[place][1])
    for place, element in enumerate(element_texts(text)) if told else ():
        if place in told:
            index, rejection = told[place]
            if place == last[rejection.reason]:
                rejection = _standing_for(count[rejection.reason] - TOLD_ALONE, rejection)
            arrivals[index] = rejection._replace(event=_cut(element))
    return arrivals


def _standing_for(count: int, rejection: Rejection) -> Rejection:
    if count <= 1:
        return rejection
    found = f"{count} more events of this payload are refused as {rejection.reason}"
    return rejection._replace(detail=f"{found}, the first of them so: {rejection.detail}")


def _arrival(value: Json, text: str, envelope: _Envelope) -> Arrival:
    try:
        return _event(value, envelope)
    except Refused as refusal:
        return _rejection(refusal, text, _received(value, envelope))


def _received(value: Json, envelope: _Envelope) -> Millis:
    return _told(value) if envelope.received is None else envelope.received


def _event(value: Json, envelope: _Envelope) -> Event:
    if not isinstance(value, dict):
        found = f"the event is {named(value)}, expected an object"
        raise Refused("wrong_type", f"{found}; check the sender")
    reader = _READERS[_kind(value.get("kind"), envelope.kind)]
    try:
        return reader(value, envelope)
    except ValidationError:
        return _without_nulls(value, reader, envelope)


def _without_nulls(value: Mapping[str, Json], reader: _Reader, envelope: _Envelope) -> Event:
    """Read once more, taking null for an absent field, as senders mean it."""
    try:
        told = {field: content for field, content in value.items() if content is not None}
        return reader(told, envelope)
    except ValidationError as problem:
        raise first_mistake(problem) from None


def _kind(told: Json, topic: str | None) -> str:
    """Give the kind of an event: what it says, else what the topic says, else an observation."""
    if told is None:
        told = topic or "observation"
    if not isinstance(told, str):
        found = f"kind is {named(told)}, expected one of {', '.join(KINDS)}"
        raise Refused("wrong_type", f"{found}; send it as a text")
    if told not in KINDS:
        found = f"kind is {named(told)}, expected one of {', '.join(KINDS)}"
        raise Refused("unknown_kind", f"{found}; {did_you_mean(told, KINDS)}")
    if topic is not None and told != topic:
        found = f"kind is {named(told)} on the topic of {named(topic)}, expected the same"
        raise Refused("kind_mismatch", f"{found}; publish it on its own topic")
    return told


def _whose(told: str | None, topic: str | None, is_answer: bool) -> str:
    """Give the patient: what the event says, else what the topic says.

    The whole feed is no patient, but its alerts are answered under its name.
    """
    patient = topic if told is None else told
    if patient is None:
        found = "neither the event nor its topic names a patient, expected one of them to"
        raise Refused("patient_missing", f"{found}; add the patient")
    if topic is not None and patient != topic:
        found = f"patient is {named(told)} on the topic of {named(topic)}, expected the same"
        raise Refused("patient_mismatch", f"{found}; publish it on the patient's own topic")
    if patient == FEED and not is_answer:
        found = f"patient is {named(patient)}, which is kept for alerts about the whole feed"
        expected = "expected another, or a command"
        raise Refused("reserved_patient", f"{found}, {expected}; rename it at the sender")
    return patient


def _told(value: Json) -> Millis:
    """Give the receipt that a refused event tells, as far as it can be read."""
    if isinstance(value, dict):
        for field in ("received", "time"):
            text = value.get(field)
            try:
                return instant(text if isinstance(text, str) else "", field)
            except Refused:
                continue
    return LONG_AGO


def _rejection(refusal: Refused, text: str, received: Millis | None) -> Rejection:
    moment = LONG_AGO if received is None else received
    return Rejection(moment, refusal.reason, refusal.detail, _cut(text))


def _cut(text: str) -> str:
    kept = text[:_EVENT_KEPT_BYTES].encode(errors="replace")
    return kept[:_EVENT_KEPT_BYTES].decode(errors="ignore")


def _reads(fields: type[_Fields], build: _Build[_Fields]) -> _Reader:
    check = TypeAdapter(fields).validator.validate_python
    is_answer = fields is CommandFields

    def read(value: Mapping[str, Json], envelope: _Envelope) -> Event:
        checked = check(value)
        patient = _whose(checked.get("patient"), envelope.patient, is_answer)
        return build(checked, patient, envelope.received, envelope.ward)

    return read


_READERS: Final[Mapping[str, _Reader]] = {
    "observation": _reads(ObservationFields, read_observation),
    "stay": _reads(StayFields, read_stay),
    "treatment": _reads(TreatmentFields, read_treatment),
    "command": _reads(CommandFields, read_command),
}
KINDS: Final = tuple(_READERS)
