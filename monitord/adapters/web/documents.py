"""The documents of the API, as `/v1/openapi.json` describes them.

What is published over MQTT has the same fields here. Times are RFC 3339 in UTC.
"""

from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

# Code points that are no characters: the last two of each plane, and a row of the first.
_NO_CHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
# The bounds are those of an event over MQTT, which an answer becomes.
Line = Annotated[str, StringConstraints(max_length=256)]
PatientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
# A drill names its ward in topics: what means something there cannot be published, and a broker
# hangs up on the rest.
Ward = Annotated[
    str, StringConstraints(pattern=rf"^[^/+#\x00-\x1f\x7f-\x9f{_NO_CHARACTERS}]{{1,64}}$")
]
AlertId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class Patient(BaseModel):
    """Somebody who is watched, and how many of the alerts are open."""

    patient: str
    ward: str
    bed: str | None
    open_alerts: int


class Patients(BaseModel):
    """Everybody who is watched."""

    patients: list[Patient]


class State(BaseModel):
    """What is known of a patient, as it is published on the `state` topic."""

    model_config = ConfigDict(extra="allow")

    patient: str
    ward: str
    bed: str | None
    time: str
    scales: dict[str, Any]
    episodes: dict[str, Any]
    alerts: list[dict[str, Any]]
    treatments: list[str]
    signals: dict[str, Any]


class Alert(BaseModel):
    """An alert as it stands, with the fields of its topic, and the ward."""

    model_config = ConfigDict(extra="allow", serialize_by_alias=True)

    alert: str
    patient: str
    ward: str
    time: str
    rule: str
    condition: str
    priority: str
    from_phase: Annotated[str, Field(alias="from")]
    to_phase: Annotated[str, Field(alias="to")]
    reason: str
    message: str
    action: str
    silenced_until: str | None
    inhibited_by: str | None


class Alerts(BaseModel):
    """The alerts that are open."""

    alerts: list[Alert]


class Transition(BaseModel):
    """One change of an alert."""

    model_config = ConfigDict(serialize_by_alias=True)

    time: str
    from_phase: Annotated[str, Field(alias="from")]
    to_phase: Annotated[str, Field(alias="to")]
    reason: str
    message: str


class Answer(BaseModel):
    """What somebody asked of an alert, and what came of it."""

    time: str
    by: str
    action: str
    reason: str | None
    until: str | None
    outcome: str


class Told(BaseModel):
    """One notification of an alert, and how far it got."""

    notification: str
    purpose: str
    channel: str
    step: int
    state: str
    attempts: int
    queued: str
    updated: str
    detail: str


class History(BaseModel):
    """What became of an alert; the oldest is first, and only so much is remembered."""

    alert: str
    transitions: list[Transition]
    answers: list[Answer]
    notifications: list[Told]


class AskDrill(BaseModel):
    """Which ward is to be called for nothing."""

    model_config = ConfigDict(extra="forbid")

    ward: Ward


class DrillCall(BaseModel):
    """One call of a drill, and how far it got; `took_ms` is the time since it was queued."""

    step: int
    chain: str
    channel: str
    state: str
    attempts: int
    queued: str
    updated: str
    took_ms: int
    detail: str


class DrillReport(BaseModel):
    """How far the calls of a drill got.

    `settled` tells that no call waits any more, `arrived` that each reached its channel, and
    `running` that the channels were not told yet that it is over.
    """

    drill: str
    ward: str
    running: bool
    settled: bool
    arrived: bool
    calls: list[DrillCall]


class Ask(BaseModel):
    """An answer to an alert; `id` makes that sending it again changes nothing."""

    model_config = ConfigDict(extra="forbid")

    reason: Line | None = None
    id: Annotated[Line, StringConstraints(min_length=1)] | None = None


class AskUntil(Ask):
    """An answer that holds until a time; without one, as long as it may."""

    until: AwareDatetime | None = None


class Done(BaseModel):
    """What came of an answer, and the alert as it stands now; null once nobody remembers it."""

    outcome: str
    alert: Alert | None
