"""The ward: all clinical memory, in one value that one task owns.

Everything is allocated when it is made, from the configured limits. The ward knows its columns from
the scales and rules it is given; nothing in it reads a clock or touches the world.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar

from monitord.alerts.lifecycle import AlertBook
from monitord.domain.alerts import AlertLimits, Maturity, Scope
from monitord.domain.decisions import Evidence
from monitord.domain.features import (
    Column,
    ScaleColumn,
    SignalFeature,
    SignalMeasure,
)
from monitord.domain.language import ENGLISH, Language
from monitord.domain.pathway import Schedule
from monitord.domain.time import LONG_AGO, MINUTE, Millis
from monitord.engine.columns import (
    before_infusion,
    kept_columns,
    kept_scales,
    scale_of,
    sleeping_columns,
)
from monitord.engine.evidence import Shown, shown
from monitord.engine.grades import Grades, ScaleReader
from monitord.rules.book import Rule, RuleBook
from monitord.rules.comparisons import Judge
from monitord.rules.evaluate import columns_of, compile_condition
from monitord.rules.tally import Tally
from monitord.scores import SCALES
from monitord.scores.grading import Grading
from monitord.scores.scale import Scale
from monitord.windows.context import One
from monitord.windows.episodes import EPISODIC
from monitord.windows.memory import Memory
from monitord.windows.readers import one_reader
from monitord.windows.table import Table

# What changes together: a signal's columns or a few signals', so a ward has some hundred patterns.
_MOST_PATTERNS: Final = 4096


@dataclass(frozen=True, slots=True)
class WardSettings:
    """The limits and local choices of a ward; `late_ms` is when a late value is worth a notice.

    `language` is what people read in: sentences, titles and actions.
    """

    beds: int = 256
    grading: Grading = field(default_factory=Grading)
    stale_after_ms: Mapping[str, Millis] = field(default_factory=dict)
    default_ward: str = "unassigned"
    schedule: Schedule = field(default_factory=Schedule)
    late_ms: Millis = 15 * MINUTE
    alerts: AlertLimits = field(default_factory=AlertLimits)
    language: Language = ENGLISH


@dataclass(frozen=True, slots=True)
class Watched:
    """One rule as the ward judges it: `bits` are the columns it reads.

    `bits_before` are those of them that matter for a patient who is not infused. `shown` is its
    evidence: those columns, and for a scale the scale's own; `asked` are the places and words of
    the signals whose last value it reads, `scales` the scales, `indices` those of them whose points
    it explains; `is_of_feed` tells that it watches the feed rather than each patient.
    """

    place: int
    rule: Rule
    judge: Judge
    bits: int
    bits_before: int
    shown: tuple[Shown, ...]
    asked: tuple[tuple[int, str], ...]
    scales: tuple[int, ...]
    indices: tuple["Graded", ...]
    is_of_feed: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """One scale as the ward computes it: `places` are the columns of its inputs, in order.

    `names` are what the scale calls its inputs, `words` what a person is told when one is missing.
    `bits` are the columns whose change computes it again, `bits_before` those for a patient who is
    not infused. Where nobody is told of it and no rule reads it there are none: `readers` then read
    its inputs when it is shown.
    """

    place: int
    scale: Scale
    names: tuple[str, ...]
    words: Mapping[str, str]
    places: tuple[int, ...]
    readers: tuple[One, ...]
    bits: int
    bits_before: int
    columns: tuple[Column, ...]
    has_episodes: bool
    shown: tuple[Shown, ...]


_Reads = TypeVar("_Reads", Watched, Graded)


class Ward:
    """All patients, what is remembered of them, their grades and their alerts."""

    def __init__(self, book: RuleBook, settings: WardSettings) -> None:
        """Make an empty ward for a rule book; deprecated rules are not watched."""
        self.settings = settings
        self.book = book
        self.now: Millis = LONG_AGO
        grading = settings.grading
        self.memory = Memory(
            settings.beds,
            grading.resolved_after_ms,
            settings.stale_after_ms,
            frozenset(grading.news2_scale_2_patients),
            settings.schedule,
        )
        scales = [
            *(make(grading) for make in SCALES),
            *(Tally(index).scale() for index in book.live_indices),
        ]
        rules = [rule for rule in book.rules if rule.policy.maturity is not Maturity.DEPRECATED]
        rows = self.memory.roster.rows
        self.grades = Grades(tuple(scale.name for scale in scales), rows)
        kept = kept_scales(scales, rules)
        columns = kept_columns(kept, rules)
        readers: dict[Column, One] = {
            column: ScaleReader(self.grades, column)
            for column in columns
            if isinstance(column, ScaleColumn)
        }
        of_scales = {
            scale.name: before_infusion(scale, [entry.feature for entry in scale.inputs])
            for scale in kept
        }
        of_rules = [before_infusion(rule, columns_of(rule.condition)) for rule in rules]
        sleeping = sleeping_columns(columns, [*of_scales.values(), *of_rules])
        self.table = Table(columns, rows, readers, sleeping)
        self.table.attach(self.memory)
        self.graded = [
            self._graded(place, scale, of_scales.get(scale.name))
            for place, scale in enumerate(scales)
        ]
        self.watched = [
            self._watched(place, rule, before)
            for place, (rule, before) in enumerate(zip(rules, of_rules, strict=True))
        ]
        self.grading = _reading(self.graded)
        self.watching_feed = _reading([one for one in self.watched if one.is_of_feed])
        self.watching_patients = _reading([one for one in self.watched if not one.is_of_feed])
        self.alerts = AlertBook([rule.policy for rule in rules], rows, settings.alerts)

    @property
    def rows_used(self) -> int:
        """Count the rows that have ever been used, the feed's included."""
        return self.memory.roster.rows_used

    def next_deadline(self) -> Millis:
        """Give the first instant at which something may be decided although nothing arrives."""
        return min(
            self.table.next_deadline(self.rows_used),
            self.memory.episodes.next_deadline(self.rows_used),
            self.alerts.next_deadline(self.rows_used),
        )

    def evidence(self, readers: Iterable[Shown], row: int) -> tuple[Evidence, ...]:
        """Read what is shown of one patient, each thing once."""
        memory, now = self.memory, self.now
        found = [told for read in readers for told in read(memory, row, now)]
        return tuple(dict.fromkeys(found))

    def patients(self) -> list[str]:
        """Name the patients, sorted."""
        roster = self.memory.roster
        return sorted(patient for patient, row in roster.row_of.items() if row)

    def ward_of(self, patient: str) -> str:
        """Name the ward a patient is on; raises `KeyError` for one who is not here."""
        return self.memory.roster.ward[self.memory.roster.row_of[patient]]

    def place_of(self, patient: str) -> tuple[str, str | None] | None:
        """Name the ward and the bed of a patient; None for one who is not here."""
        roster = self.memory.roster
        row = roster.row_of.get(patient)
        return (roster.ward[row], roster.bed[row]) if row else None

    def bed_of(self, patient: str) -> str | None:
        """Name the bed a patient is in; nothing where nobody told, or the patient is not here."""
        place = self.place_of(patient)
        return place and place[1]

    def _graded(self, place: int, scale: Scale, before: Sequence[Column] | None) -> Graded:
        """Make a scale computable; `before` matters before the infusion, None for one not kept."""
        is_kept = before is not None
        own = tuple(column for column in self.table.index if scale_of(column) == scale.name)
        words = {entry.name: entry.word for entry in scale.inputs}
        asked = [entry.feature for entry in scale.inputs]
        places = tuple(self.table.index[column] for column in asked) if is_kept else ()
        return Graded(
            place,
            scale,
            tuple(words),
            words,
            places,
            () if is_kept else tuple(one_reader(column) for column in asked),
            self._bits(asked if is_kept else ()),
            self._bits(before or ()),
            own,
            scale.name in EPISODIC,
            shown(asked),
        )

    def _bits(self, columns: Iterable[Column]) -> int:
        return sum(1 << at for at in {self.table.index[column] for column in columns})

    def _watched(self, place: int, rule: Rule, before: Iterable[Column]) -> Watched:
        columns = columns_of(rule.condition)
        judge = compile_condition(rule.condition, self.table.index)
        scales = {scale_of(column) for column in columns}
        graded = [graded for graded in self.graded if graded.scale.name in scales]
        behind = [entry.feature for one in graded for entry in one.scale.inputs]
        return Watched(
            place,
            rule,
            judge,
            self._bits(columns),
            self._bits(before),
            shown(dict.fromkeys([*behind, *columns])),
            tuple(
                (self.table.index[column], column.word)
                for column in columns
                if isinstance(column, SignalFeature) and column.measure is SignalMeasure.LAST
            ),
            tuple(one.place for one in graded),
            tuple(one for one in graded if one.scale.is_index),
            rule.policy.scope is Scope.FEED,
        )


def _reading(among: Sequence[_Reads]) -> Callable[[int, bool], tuple[_Reads, ...]]:
    """Choose those that read any column of some bits; the same bits come again and again."""

    @lru_cache(_MOST_PATTERNS)
    def reading(bits: int, is_infused: bool) -> tuple[_Reads, ...]:
        return tuple(one for one in among if (one.bits if is_infused else one.bits_before) & bits)

    return reading
