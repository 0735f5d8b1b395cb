"""Stories: what a nurse would tell in a few lines, played through the real door, step and packs.

A line of `given` holds until another changes it: vital signs are charted again at every round,
neurological assessments at every check, laboratory values once. Times are `hours:minutes` since
the beginning. `expect` is everything that is decided, in its order, but for scales not asked for
and alerts in shadow, of which it tells only those of the rules it names in `shadow`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, assert_never

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitord.adapters.codecs.native import decode
from monitord.daemon.configuration.config import load_settings
from monitord.daemon.configuration.packs import load_rules, read_lock, rules_directory
from monitord.daemon.ticking.heart import Heart
from monitord.domain.decisions import AlertChange, Assessment, Decision, Notice, Rejected
from monitord.domain.events import Arrival, CommandAction, Status, TreatmentAction
from monitord.domain.signals import SIGNAL
from monitord.domain.signals.neuro import NEURO
from monitord.domain.signals.vitals import VITALS
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis, format_time, parse_span, parse_time
from monitord.engine.replay import replay

STORIES: Final = Path(__file__).parent / "stories"
START: Final = parse_time("2026-01-05T00:00:00Z")
PATIENT: Final = "p-1"
EVERYTHING: Final = "everything"

Value: TypeAlias = int | Decimal | str
Fields: TypeAlias = dict[str, object]

# Somebody in whom every vital sign and every neurological check is normal.
WELL: Final[Mapping[str, Value]] = {
    "temperature": Decimal("36.8"),
    "heart_rate": 84,
    "respiratory_rate": 16,
    "spo2": 97,
    "systolic_bp": 124,
    "mean_bp": 90,
    "oxygen_device": "room_air",
    "ice_score": 10,
    "consciousness": "alert",
    "new_confusion": "no",
    "seizure": "none",
    "motor_weakness": "none",
    "cerebral_edema": "none",
}
_BED: Final[Fields] = {"action": "admit", "ward": "tower-3", "bed": "12"}
_VITALS: Final = frozenset(signal.word for signal in VITALS)
_CHECKS: Final = frozenset(signal.word for signal in NEURO)


def from_clock(text: str) -> Millis:
    """Read `hours:minutes` or `hours:minutes:seconds` since the beginning; `-` is before it."""
    hours, minutes, seconds = [*map(int, text.lstrip("-").split(":")), 0][:3]
    span = hours * HOUR + minutes * MINUTE + seconds * SECOND
    return -span if text.startswith("-") else span


def to_clock(at: Millis) -> str:
    """Write a time since the beginning, with seconds only when there are any."""
    text = f"{at // HOUR}:{at % HOUR // MINUTE:02d}"
    return f"{text}:{at % MINUTE // SECOND:02d}" if at % MINUTE else text


Clock: TypeAlias = Annotated[Millis, BeforeValidator(from_clock)]
Span: TypeAlias = Annotated[Millis, BeforeValidator(parse_span)]


class Line(BaseModel):
    """What happened at one time; every other key is a signal with its value.

    `off` is no longer charted. With `measured` or `status` the values are sent once and do not
    hold; answers were given at the time of `measured`.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    at: Clock
    well: bool = False
    off: tuple[str, ...] = ()
    attributable: tuple[str, ...] = ()
    measured: Clock | None = None
    status: Status = Status.FINAL
    treatments: Mapping[str, TreatmentAction] = {}
    stay: Mapping[str, object] = {}
    answers: Mapping[str, CommandAction] = {}

    @property
    def values(self) -> dict[str, Value]:
        """What was measured, by signal."""
        return self.model_extra or {}

    @property
    def is_sent_once(self) -> bool:
        """Tell whether the values are of the past, or take something back."""
        return self.measured is not None or self.status is not Status.FINAL


class Story(BaseModel):
    """One story; `infused` is how long before the beginning, or `no`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    story: str
    patient: Mapping[str, object] = {}
    infused: Literal["no"] | Span = "no"
    rounds: Span = Field(gt=0)
    checks: Span = Field(gt=0)
    until: Clock
    scales: tuple[str, ...] = ("crs_astct", "icans_astct")
    shadow: tuple[str, ...] = ()
    given: tuple[Line, ...]
    expect: tuple[str, ...]
    never: tuple[str, ...] = ()


def paths() -> list[Path]:
    """Find every story."""
    return sorted(STORIES.glob("*.toml"))


def snapshot_of(path: Path) -> Path:
    """Say where the decisions of a story are kept."""
    return path.with_suffix(".decisions.jsonl")


def read(path: Path) -> Story:
    """Read a story; its numbers keep their decimal text."""
    return Story.model_validate(tomllib.loads(path.read_text("utf-8"), parse_float=Decimal))


def play(story: Story, language: str = "en") -> list[Decision]:
    """Replay a story through the packs that come with us, in a ward with every other default."""
    settings = load_settings(None, {"MONITORD_WARD__LANGUAGE": language})
    directory = rules_directory(settings)
    heart = Heart.beating(settings, load_rules(directory, read_lock(directory)))
    steps = replay(heart.ward, _arrivals(story), SECOND, START + story.until)
    return [decision for decisions in steps for decision in decisions]


def told(
    decisions: Iterable[Decision], scales: Iterable[str], shadow: Iterable[str] = ()
) -> list[str]:
    """Write each decision in one short line; scales and alerts in shadow only where asked for."""
    asked = frozenset((*scales, *shadow))
    return [
        f"{to_clock(decision.time - START)} {_told(decision)}"
        for decision in decisions
        if not _is_beside_the_story(decision, asked)
    ]


def _is_beside_the_story(decision: Decision, asked: frozenset[str]) -> bool:
    match decision:
        case Assessment(scale=scale):
            return scale not in asked
        case Notice(notice="shadow_alert"):
            return _rule_moved(decision) not in asked
        case _:
            return False


def moved(decisions: Iterable[Decision]) -> set[str]:
    """Name the rules whose alerts moved, those in shadow too."""
    return {rule for decision in decisions if (rule := _rule_moved(decision))}


def _rule_moved(decision: Decision) -> str | None:
    match decision:
        case AlertChange(rule=rule):
            return rule
        case Notice(notice="shadow_alert", detail=detail):
            return detail.split(" ", 1)[0]
        case _:
            return None


def _told(decision: Decision) -> str:
    match decision:
        case Assessment():
            low, high = decision.low, decision.high
            grade = f"{decision.scale} {low}" if low == high else f"{decision.scale} {low}-{high}"
            missing = ", ".join(decision.missing)
            return f"{grade} missing {missing}" if missing else grade
        case AlertChange():
            return f"{decision.rule} {decision.to_phase.name} {decision.reason}"
        case Notice(notice="shadow_alert"):
            return f"in shadow {decision.detail}"
        case Notice():
            return decision.notice
        case Rejected():
            return f"rejected {decision.reason}"
        case _:
            assert_never(decision)


@dataclass(slots=True)
class _Chart:
    """What is charted at present: the last values, and which have another cause."""

    values: dict[str, Value] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)

    def take(self, line: Line) -> set[str]:
        """Take in a line; give the signals that it tells anew."""
        anew = dict(WELL) if line.well else {}
        anew |= {} if line.is_sent_once else line.values
        self.values.update(anew)
        self.elsewhere = (self.elsewhere - set(anew)) | set(line.attributable)
        gone = set(self.values) if EVERYTHING in line.off else set(line.off)
        self.values = {word: value for word, value in self.values.items() if word not in gone}
        return set(anew) - gone


def _arrivals(story: Story) -> Iterator[Arrival]:
    for events in _ticks(story):
        if events:
            yield from decode(orjson.dumps(events), None)


def _ticks(story: Story) -> Iterator[list[Fields]]:
    """Give what arrives, one list for each time."""
    yield list(_beginning(story))
    lines = {line.at: [one for one in story.given if one.at == line.at] for line in story.given}
    times = {*range(0, story.until + 1, story.rounds), *range(0, story.until + 1, story.checks)}
    chart = _Chart()
    for at in sorted(times | set(lines)):
        now = lines.get(at, [])
        anew = {word for line in now for word in chart.take(line)}
        charted = [
            _observed(word, value, at, elsewhere=word in chart.elsewhere)
            for word, value in chart.values.items()
            if word in anew or at % _every(word, story) == 0
        ]
        yield [event for line in now for event in _happened(line)] + charted


def _every(word: str, story: Story) -> Millis:
    """Say how often a signal is charted; a laboratory value, never again."""
    if word in _VITALS:
        return story.rounds
    return story.checks if word in _CHECKS else story.until + 1


def _beginning(story: Story) -> Iterator[Fields]:
    yield _event("stay", 0) | _plain({**_BED, **story.patient})
    if story.infused != "no":
        infusion = {"treatment": "car_t_infusion", "action": "given"}
        yield _event("treatment", 0, -story.infused) | infusion


def _happened(line: Line) -> Iterator[Fields]:
    if line.stay:
        yield _event("stay", line.at) | _plain(line.stay)
    for word, action in line.treatments.items():
        yield _event("treatment", line.at, line.measured) | {"treatment": word, "action": action}
    if line.is_sent_once:
        for word, value in line.values.items():
            once = _observed(word, value, line.at, line.measured, elsewhere=False)
            yield once | {"status": line.status}
    for rule, answer in line.answers.items():
        said = {"rule": rule, "action": answer, "by": "nurse"}
        yield _event("command", line.at, line.measured) | said


def _observed(
    word: str, value: Value, at: Millis, measured: Millis | None = None, *, elsewhere: bool
) -> Fields:
    unit = SIGNAL[word].unit if word in SIGNAL else ""
    fields = {"signal": word, "value": _number(value)} | ({"unit": unit} if unit else {})
    mark = {"attributable_elsewhere": True} if elsewhere else {}
    return _event("observation", at, measured) | fields | mark


def _event(kind: str, at: Millis, measured: Millis | None = None) -> Fields:
    time = at if measured is None else measured
    told_at: Fields = {"time": format_time(START + time), "received": format_time(START + at)}
    return {"kind": kind, "patient": PATIENT, **told_at}


def _plain(stay: Mapping[str, object]) -> Fields:
    return {key: _number(value) for key, value in stay.items()}


def _number(value: object) -> object:
    """Let a decimal number leave with the digits it was written with."""
    return orjson.Fragment(str(value)) if isinstance(value, Decimal) else value
