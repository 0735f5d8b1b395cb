"""Every setting of the daemon, with its default, its unit and its bounds.

`config/monitord.toml` shows the same settings with a line why each; a test holds the two together.
Keys are as a person writes them (`keepalive = "30s"`); attributes carry their unit
(`keepalive_ms`). Nothing here reads a file or the environment: `config` does.
"""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitord.daemon.configuration.setting_kinds import (
    Celsius,
    Host,
    Instant,
    Interval,
    OptionalFile,
    OptionalFolder,
    OptionalPath,
    OptionalText,
    Port,
    ScheduledWord,
    SignalWord,
    Size,
    Span,
    Tenths,
    Wait,
    Word,
    read_secret,
)
from monitord.domain.alerts import AlertLimits
from monitord.domain.pathway import COURSE_WORDS, Schedule
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND
from monitord.scores.grading import Grading

PREFIX: Final = "MONITORD_"
NESTING: Final = "__"

_HOUSE: Final = Schedule()
_LIMITS: Final = AlertLimits()


def _key_of(attribute: str) -> str:
    return attribute.removesuffix("_ms")


class Section(BaseModel):
    """One table of the file: unknown keys are refused and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_key_of)


class TlsSettings(Section):
    """How the connection to the broker is protected."""

    enabled: bool = False
    ca_file: OptionalFile = None
    certificate_file: OptionalFile = None
    key_file: OptionalFile = None

    @model_validator(mode="after")
    def _files_need_tls(self) -> Self:
        if not self.enabled and (self.ca_file or self.certificate_file or self.key_file):
            raise PydanticCustomError("tls", "Input should be enabled = true when files are named")
        if bool(self.certificate_file) != bool(self.key_file):
            message = "Input should be both certificate_file and key_file, or neither"
            raise PydanticCustomError("tls", message)
        return self


class MqttSettings(Section):
    """The broker, and how we notice that it no longer tells us anything."""

    host: Host = "127.0.0.1"
    port: Port = 1883
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    client_id: Word = "monitord"
    username: OptionalText = None
    password_file: OptionalFile = None
    tls: TlsSettings = TlsSettings()
    root: Annotated[str, Field(pattern=r"^[^/#+$][^#+$]*[^/#+$]$")] = "monitord/v1"
    keepalive_ms: Span = 30 * SECOND
    reconnect_min_ms: Span = 1 * SECOND
    reconnect_max_ms: Span = 60 * SECOND
    session_expiry_ms: Span = 1 * DAY
    canary_every_ms: Span = 10 * SECOND
    canary_deadline_ms: Span = 30 * SECOND
    acknowledge: Literal["journaled", "received"] = "journaled"

    @model_validator(mode="after")
    def _spans_fit_together(self) -> Self:
        if self.reconnect_min_ms > self.reconnect_max_ms:
            raise PydanticCustomError("order", "Input should be reconnect_min <= reconnect_max")
        if self.canary_every_ms >= self.canary_deadline_ms:
            raise PydanticCustomError("order", "Input should be canary_every < canary_deadline")
        return self

    def password(self) -> str | None:
        """Read the broker's password from its file; it is kept nowhere and never shown.

        Raises `OSError` when the file cannot be read as text in UTF-8.
        """
        return None if self.password_file is None else read_secret(self.password_file)


class TickSettings(Section):
    """How often the ward is stepped, and how fast time runs."""

    period_ms: Annotated[Span, Field(le=MINUTE)] = 1 * SECOND
    speed: Annotated[float, Field(gt=0, le=100_000)] = 1.0
    start: Instant = None


class LimitSettings(Section):
    """What bounds memory; reaching a limit is told, never silent."""

    beds: Annotated[int, Field(ge=1, le=100_000)] = 256
    inbox_messages: Annotated[int, Field(ge=1)] = 200_000
    inbox_bytes: Size = 64 * 1024**2
    payload_bytes: Size = 256 * 1024


class JournalSettings(Section):
    """Where every tick's inbox is written before it is stepped."""

    directory: OptionalPath = Path("journal")
    fsync: Literal["tick", "never"] = "tick"
    recover_ms: Wait = 14 * DAY


class DecisionSettings(Section):
    """A copy of every decision, as JSON Lines."""

    file: OptionalPath = None


class AuditSettings(Section):
    """Where is kept who was told what, when and by which channel, and who answered."""

    directory: OptionalPath = Path("audit")


class HttpSettings(Section):
    """Metrics and health over HTTP, and the API for those who hold a token."""

    enabled: bool = True
    host: Host = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 10108
    tokens_file: OptionalFile = None
    answer_within_ms: Annotated[Span, Field(le=MINUTE)] = 5 * SECOND
    asks_a_minute: Annotated[int, Field(ge=1, le=100_000)] = 600
    answers_a_minute: Annotated[int, Field(ge=1, le=100_000)] = 120
    strangers_a_minute: Annotated[int, Field(ge=1, le=100_000)] = 20


class LogSettings(Section):
    """What the daemon says of itself, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class RuleSettings(Section):
    """Where the rule packs are."""

    directory: OptionalFolder = None


class EscalationSettings(Section):
    """Who is called for an alert, and who next when nobody answers."""

    file: OptionalFile = None
    outbox: Path = Path("outbox/outbox.sqlite3")


class WardSettings(Section):
    """What is assumed of a patient nobody admitted, and what people read in."""

    default_ward: Word = "unassigned"
    language: Literal["en", "zh-Hans"] = "en"
    phrases: OptionalFile = None


class GradingSettings(Section):
    """The numbers that the consensus leaves to the unit; sources in `scores.grading`."""

    fever_temperature: Celsius = Decimal("38.0")
    fever_window_ms: Span = 12 * HOUR
    hypotension_window_ms: Span = 2 * HOUR
    systolic_low: Annotated[int, Field(ge=40, le=200)] = 90
    mean_low: Annotated[int, Field(ge=20, le=150)] = 65
    baseline_percent: Annotated[int, Field(ge=1, le=100)] = 80
    baseline_below: Annotated[int, Field(ge=40, le=250)] = 100
    child_systolic_base: Annotated[int, Field(ge=20, le=150)] = 70
    child_systolic_per_year: Annotated[int, Field(ge=0, le=10)] = 2
    child_formula_years: Annotated[int, Field(ge=1, le=17)] = 10
    spo2_low: Tenths = Decimal("90.0")
    cannula_low_flow: Tenths = Decimal("6.0")
    resolved_after_ms: Span = 24 * HOUR
    news2_scale_2_patients: tuple[Word, ...] = ()

    def grading(self) -> Grading:
        """Return the same numbers in whole units of their signals, as the scores take them."""
        numbers = self.model_dump() | {
            "fever_temperature": SIGNAL["temperature"].whole(str(self.fever_temperature)),
            "spo2_low": SIGNAL["spo2"].whole(str(self.spo2_low)),
            "cannula_low_flow": SIGNAL["oxygen_flow"].whole(str(self.cannula_low_flow)),
        }
        return Grading(**numbers)


class ScheduleSettings(Section):
    """What is due how often in each part of the course; sources in `domain.pathway`.

    A key is a kind (`vitals`, `neuro`, `labs`) or a signal, which wins over its kind. What a table
    leaves out keeps its default, and an empty text is never due.
    """

    grace_ms: Span = _HOUSE.grace_ms
    baseline: dict[ScheduledWord, Interval] = dict(_HOUSE.baseline)
    lymphodepletion: dict[ScheduledWord, Interval] = dict(_HOUSE.lymphodepletion)
    acute: dict[ScheduledWord, Interval] = dict(_HOUSE.acute)
    late: dict[ScheduledWord, Interval] = dict(_HOUSE.late)
    follow_up: dict[ScheduledWord, Interval] = dict(_HOUSE.follow_up)

    def schedule(self) -> Schedule:
        """Return the house's schedule with what the unit changed."""
        tables = {name: {**getattr(_HOUSE, name), **getattr(self, name)} for name in COURSE_WORDS}
        due = {
            name: {word: ms for word, ms in table.items() if ms is not None}
            for name, table in tables.items()
        }
        return Schedule(self.grace_ms, **due)


class AlertSettings(Section):
    """What the house allows in the life of an alert; the defaults are those of `domain.alerts`."""

    silence_max_high_ms: Span = _LIMITS.silence_max_high_ms
    silence_max_medium_ms: Span = _LIMITS.silence_max_medium_ms
    silence_max_low_ms: Span = _LIMITS.silence_max_low_ms
    flap_window_ms: Annotated[Span, Field(le=DAY)] = _LIMITS.flap_window_ms

    @model_validator(mode="after")
    def _worse_is_silenced_for_less(self) -> Self:
        if not self.silence_max_high_ms <= self.silence_max_medium_ms <= self.silence_max_low_ms:
            message = "Input should be silence_max_high <= silence_max_medium <= silence_max_low"
            raise PydanticCustomError("order", message)
        return self

    def limits(self) -> AlertLimits:
        """Return the same limits as the alerts take them."""
        return AlertLimits(**self.model_dump())


class SignalSettings(Section):
    """What a unit may change of one signal."""

    stale_after_ms: Span


class Settings(BaseSettings):
    """All settings of one daemon; made by `config.load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTING, extra="forbid", frozen=True
    )

    mqtt: MqttSettings = MqttSettings()
    tick: TickSettings = TickSettings()
    limits: LimitSettings = LimitSettings()
    journal: JournalSettings = JournalSettings()
    decisions: DecisionSettings = DecisionSettings()
    audit: AuditSettings = AuditSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
    rules: RuleSettings = RuleSettings()
    escalation: EscalationSettings = EscalationSettings()
    ward: WardSettings = WardSettings()
    grading: GradingSettings = GradingSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    alerts: AlertSettings = AlertSettings()
    signals: dict[SignalWord, SignalSettings] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library names the arguments
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller only: `load_settings` layers file and environment itself."""
        return (init_settings,)
