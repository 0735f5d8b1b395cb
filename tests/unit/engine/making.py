"""A small rule book, wards that watch by it, and the events of a made-up patient."""

from collections.abc import Iterable, Mapping, Sequence

from monitord.adapters.codecs.native import encode_decision
from monitord.domain.decisions import AlertChange, Assessment, Decision, Notice
from monitord.domain.events import (
    Arrival,
    Command,
    CommandAction,
    Observation,
    Quality,
    Status,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, SECOND, Millis
from monitord.domain.treatments import TREATMENT
from monitord.engine.replay import replay
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from monitord.rules.loader import load
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES

START: Millis = 20_454 * DAY
HEAD = 'pack = "small"\nversion = 1\ndescription = "Rules to try the engine with."\n'


def rule(name: str, when: str, **keys: str | int | bool | list[str]) -> str:
    """Write one rule as a pack holds it."""
    told: dict[str, str | int | bool | list[str]] = {
        "id": name,
        "version": 1,
        "maturity": "stable",
        "priority": "medium",
        "title": name.replace("-", " "),
        "because": "made up",
        "when_it_fires": "Look at the patient.",
        "when": when,
    }
    lines = [f"{key} = {written(value)}" for key, value in (told | keys).items()]
    return "\n".join(["[[rule]]", *lines, ""])


def written(value: str | int | bool | list[str]) -> str:
    if isinstance(value, list):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"""{value}"""'


FEVER = rule("fever", "temperature.last >= 38.0", hold="5min", keep="30min")
FAST = rule("fast", "heart_rate.last >= 120", priority="low")

RULES = (
    FEVER,
    FAST,
    rule("low-pressure", "systolic_bp.max(15min) < 90", keep="5min", latching=True),
    rule("crs", "crs_astct >= 1", priority="high", keep="1min"),
    rule("crs-rising", "crs_astct > crs_astct.min(24h)", ack_lasts="10min"),
    rule("icans", "icans_astct >= 1", priority="high"),
    rule("news", "news2 >= 5", hold="1min"),
    rule("warmer", "temperature.rise >= 0.8"),
    rule("climbing", "temperature.slope(2h) >= 0.3 per_hour and days_since_infusion <= 14"),
    rule("mean-rate", "heart_rate.mean(5min) >= 110 and heart_rate.count(5min) >= 2"),
    rule("beyond", "spo2.seconds_beyond(< 92, 5min) >= 2s", keep="1min"),
    rule("valid", "temperature.share_valid(2h) >= 0.01 and temperature.min(2h) >= 37.5"),
    rule("crp", "crp.max(2d) >= 100 or crp.slope(1d) >= 1 per_hour"),
    rule("after-toci", "tocilizumab.given(1d) and systolic_bp.last < baseline.systolic_bp * 0.8"),
    rule("waived", "fever_waived and not sedated", priority="low"),
    rule("shadow", "heart_rate.last > 140", maturity="sandbox"),
    rule("stale", "temperature.stale", condition="technical", priority="low"),
    rule("ice-overdue", "ice_score.age > 9h and infused", condition="technical"),
    rule("silent", "patient.silence >= 5h", condition="technical"),
    rule("early", "early_warning >= 30", keep="1min"),
    rule("early-rising", "early_warning > early_warning.min(6h)", priority="low"),
    rule("feed", "feed.silence >= 1h", condition="technical", scope="feed", priority="high"),
)

# What silence makes false is left out of it: a window that ends, a treatment long ago.
INDEX = """
[[index]]
id = "early_warning"
version = 1
maturity = "incubating"
label = "early-warning index"
applies_when = "infused and days_since_infusion <= 14"
because = "made up"
not_covered = "everything"
[[index.item]]
points = 20
label = "warm"
when = "temperature.last >= 37.8"
hidden_when = "sedated"
because = "made up"
[[index.item]]
points = 15
label = "fast"
when = "heart_rate.last > 100 and not heart_rate.elsewhere"
untrusted_when = "vasopressors >= 1"
because = "made up"
[[index.item]]
points = 25
label = "short of breath"
when = "spo2.last < 94 or respiratory_rate.last > 24"
because = "made up"
[[index.item]]
points = 10
label = "inflamed"
when = "crp.last >= 50"
because = "made up"
"""


def book(*rules: str) -> RuleBook:
    """Load rules with the real loader; all of them, and the index, when none is named."""
    text = HEAD + "\n".join(rules or (*RULES, INDEX))
    return load({"small.toml": text}, None, house_vocabulary(SCALE_NAMES))


BOOK = book()


def ward(*rules: str, beds: int = 4, stale_after_ms: Mapping[str, Millis] | None = None) -> Ward:
    """Make a ward that watches by some rules."""
    known = book(*rules) if rules else BOOK
    return Ward(known, WardSettings(beds=beds, stale_after_ms=stale_after_ms or {}))


def saw(
    word: str,
    value: str,
    at: Millis,
    *,
    patient: str = "p-1",
    late_ms: Millis = 0,
    status: Status = Status.FINAL,
    quality: Quality = Quality.GOOD,
    elsewhere: bool = False,
    name: str | None = None,
) -> Observation:
    """Observe a value in the signal's own unit; `at` is when it came."""
    known = SIGNAL[word]
    return Observation(
        patient,
        at - late_ms,
        at,
        known.index,
        known.whole(value),
        status=status,
        quality=quality,
        attributable_elsewhere=elsewhere,
        id=name,
    )


def treated(
    word: str, at: Millis, action: TreatmentAction = TreatmentAction.GIVEN, patient: str = "p-1"
) -> TreatmentEvent:
    return TreatmentEvent(patient, at, at, TREATMENT[word].index, action)


def stays(
    at: Millis,
    action: StayAction = StayAction.ADMIT,
    *,
    patient: str = "p-1",
    place: str | None = None,
    age_years: float | None = None,
    baseline: Mapping[int, int] | None = None,
    name: str | None = None,
) -> Stay:
    return Stay(
        patient, at, at, action, ward=place, age_years=age_years, baseline=baseline or {}, id=name
    )


def leaves(at: Millis, patient: str = "p-1") -> Stay:
    return stays(at, StayAction.DISCHARGE, patient=patient)


def asks(
    action: CommandAction,
    at: Millis,
    *,
    rule_id: str | None = None,
    alert: str | None = None,
    patient: str = "p-1",
    name: str | None = None,
) -> Command:
    return Command(patient, at, at, action, "nurse", alert=alert, rule=rule_id, id=name)


def run(place: Ward, arrivals: Iterable[Arrival], end: Millis | None = None) -> list[Decision]:
    """Replay arrivals through a ward and give all decisions in one list."""
    return [told for tick in replay(place, arrivals, SECOND, end) for told in tick]


def tick(place: Ward, now: Millis, *inbox: Arrival) -> list[Decision]:
    """Step once."""
    return step(place, inbox, now)


def lines(decisions: Iterable[Decision], patient: str | None = None) -> list[bytes]:
    """Write decisions as they leave, all or those of one patient."""
    return [
        encode_decision(told)
        for told in decisions
        if patient is None or getattr(told, "patient", None) == patient
    ]


def moves(decisions: Iterable[Decision], name: str) -> list[tuple[Millis, str, str]]:
    """List the moves of one rule's alert: seconds since the start, the phase, the reason."""
    return [
        ((told.time - START) // SECOND, told.to_phase.name, str(told.reason))
        for told in decisions
        if isinstance(told, AlertChange) and told.rule == name
    ]


def notices(decisions: Iterable[Decision]) -> list[str]:
    return [told.notice for told in decisions if isinstance(told, Notice)]


def grades(decisions: Iterable[Decision], scale: str) -> list[tuple[float, float]]:
    """List what a scale was told to be, in order."""
    return [
        (told.low, told.high)
        for told in decisions
        if isinstance(told, Assessment) and told.scale == scale
    ]


def in_order(arrivals: Iterable[Arrival]) -> Sequence[Arrival]:
    """Sort arrivals as they came; of one instant as they are given."""
    return sorted(arrivals, key=lambda arrival: arrival.received)
