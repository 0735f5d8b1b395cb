"""The core as the shell sees it: a ward, the step that advances it, a portrait of a patient."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

from monitord.daemon.configuration.language import language_of
from monitord.daemon.configuration.settings import Settings
from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import Millis
from monitord.engine.portrait import portrait
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook


@dataclass(frozen=True, slots=True)
class Heart:
    """A ward and what can be asked of it; `rule_pack` is the version of the rule book."""

    ward: Ward
    step: Callable[[Sequence[Arrival], Millis], Sequence[Decision]]
    portrait: Callable[[str, Millis], Mapping[str, object]]
    rule_pack: str

    @classmethod
    def beating(cls, settings: Settings, book: RuleBook) -> Self:
        """Make an empty ward of the configured size, watched by the rules of `book`."""
        ward = Ward(book, ward_settings(settings))
        return cls(ward, partial(step, ward), partial(portrait, ward), book.version)


def ward_settings(settings: Settings) -> WardSettings:
    """Return what the ward needs of the settings, in its own units, with its language read.

    Raises `ConfigProblems` where the language's catalogue cannot be used.
    """
    return WardSettings(
        beds=settings.limits.beds,
        grading=settings.grading.grading(),
        stale_after_ms={word: one.stale_after_ms for word, one in settings.signals.items()},
        default_ward=settings.ward.default_ward,
        schedule=settings.schedule.schedule(),
        alerts=settings.alerts.limits(),
        language=language_of(settings),
    )
