"""The key figures, added up from their facts: for all, by rule, by priority or by ward.

Times to an answer are kept as counts of rounded spans, so that what is remembered is bounded and
the median of a year costs no more than that of a day.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from monitord.alerts.kpi import (
    About,
    Answered,
    BegunBefore,
    Called,
    CameBack,
    Escalated,
    Fact,
    Flooded,
    HeldBack,
    Raised,
    Stayed,
)
from monitord.domain.time import DAY, HOUR, LONG_AGO, MINUTE, SECOND, Millis

Group: TypeAlias = Literal["rule", "priority", "ward"]

GROUP: Final[Mapping[Group, Callable[[About], str]]] = {
    "rule": lambda about: about.rule,
    "priority": lambda about: about.priority.value,
    "ward": lambda about: about.ward,
}


@dataclass(slots=True)
class Figures:
    """The counts of one group of alerts; `answer_spans` counts rounded spans in milliseconds."""

    raised: int = 0
    held_back: int = 0
    answered: int = 0
    called: int = 0
    escalated: int = 0
    came_back: int = 0
    times_back: int = 0
    answer_spans: Counter[Millis] = field(default_factory=Counter)

    def add(self, other: "Figures") -> None:
        """Add the counts of another group to these."""
        self.raised += other.raised
        self.held_back += other.held_back
        self.answered += other.answered
        self.called += other.called
        self.escalated += other.escalated
        self.came_back += other.came_back
        self.times_back += other.times_back
        self.answer_spans += other.answer_spans

    def answer_within_ms(self, percent: int) -> Millis | None:
        """The shortest span within which this share of the answers came; None without answers."""
        rank = -(-percent * self.answer_spans.total() // 100)
        for span in sorted(self.answer_spans):
            rank -= self.answer_spans[span]
            if rank <= 0:
                return span
        return None


class Totals:
    """All facts of alerts raised from `since` on; of one ward, or of all."""

    def __init__(self, ward: str | None = None, since: Millis = LONG_AGO) -> None:
        self.begun_before = 0
        self._ward = ward
        self._since = since
        self._figures: dict[About, Figures] = defaultdict(Figures)
        self._stayed_ms: Counter[str] = Counter()
        self._floods: Counter[str] = Counter()

    def take(self, facts: Iterable[Fact]) -> None:
        """Add facts up."""
        for fact in facts:
            match fact:
                case Stayed(ward, patients, since, until):
                    span = until - max(since, self._since)
                    if span > 0 and self._is_asked(ward):
                        self._stayed_ms[ward] += patients * span
                case Flooded(ward, at):
                    self._floods[ward] += at >= self._since and self._is_asked(ward)
                case BegunBefore(at):
                    self.begun_before += at >= self._since
                case _:
                    if fact.about.raised_at >= self._since and self._is_asked(fact.about.ward):
                        # The instant is not told apart: there are only so many other keys.
                        self._count(self._figures[fact.about._replace(raised_at=0)], fact)

    def figures(self) -> Figures:
        """Add up all groups."""
        return _sum(self._figures.values())

    def by(self, group: Group) -> dict[str, Figures]:
        """Add up by the rule, the priority or the ward of the alerts, in order of the name."""
        found: dict[str, list[Figures]] = defaultdict(list)
        for about, figures in self._figures.items():
            found[GROUP[group](about)].append(figures)
        if group == "ward":
            for ward in [*self._stayed_ms, *self._floods]:
                found[ward] += []
        return {name: _sum(parts) for name, parts in sorted(found.items())}

    def patient_days(self, ward: str | None = None) -> float:
        """The time that patients were in a ward, or in all, added up, in days."""
        stayed = self._stayed_ms
        return (stayed.total() if ward is None else stayed[ward]) / DAY

    def floods(self, ward: str | None = None) -> int:
        """How many floods began in a ward, or in all."""
        return self._floods.total() if ward is None else self._floods[ward]

    def _is_asked(self, ward: str) -> bool:
        return self._ward in {None, ward}

    @staticmethod
    def _count(
        figures: Figures, fact: Raised | HeldBack | Answered | CameBack | Called | Escalated
    ) -> None:
        match fact:
            case Raised():
                figures.raised += 1
            case HeldBack():
                figures.held_back += 1
            case Answered(_, after_ms):
                figures.answered += 1
                figures.answer_spans[rounded(after_ms)] += 1
            case CameBack(_, times):
                figures.came_back += times == 1
                figures.times_back += 1
            case Called():
                figures.called += 1
            case Escalated():
                figures.escalated += 1


def rounded(span: Millis) -> Millis:
    """Round a span up: to seconds within an hour, to minutes within a day, then to hours.

    >>> [rounded(span) for span in (0, 1, 1_000, HOUR + 1, DAY + 1)]
    [0, 1000, 1000, 3660000, 90000000]
    """
    unit = SECOND if span <= HOUR else MINUTE if span <= DAY else HOUR
    return -(-span // unit) * unit


def _sum(parts: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in parts:
        total.add(one)
    return total
