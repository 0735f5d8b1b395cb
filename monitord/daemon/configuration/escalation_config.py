"""Reads `config/escalation.toml` into chains, every problem told at once.

Calendars are read once, for a little more than a year from now; when one ends, its chains no
longer cover anything and the later ones take over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from monitord.adapters.codecs.calendar import shifts
from monitord.alerts.chains import Chain, Step
from monitord.alerts.hours import CalendarHours, Hours, WeeklyHours
from monitord.daemon.configuration.config_problems import (
    ConfigProblem,
    ConfigProblems,
    problems_of,
    read_toml,
)
from monitord.daemon.configuration.escalation_checks import problems_in
from monitord.daemon.configuration.escalation_settings import (
    ChainSettings,
    ChannelSettings,
    EscalationFile,
    HoursSettings,
    StepSettings,
)
from monitord.domain.time import DAY, Millis

HORIZON_MS: Final = 400 * DAY
# A rota that is empty for a week was most likely not written on.
_SOON_MS: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class EscalationPlan:
    """Who is called when, and over what; `warnings` are worth a look and stop nothing."""

    chains: tuple[Chain, ...]
    channels: Mapping[str, ChannelSettings]
    warnings: tuple[ConfigProblem, ...]


def load_escalation(path: Path, now: Millis) -> EscalationPlan:
    """Read the file at `path`; its calendars from the day before `now` on.

    Raises `ConfigProblems` with every problem.
    """
    where = str(path)
    written = read_toml(path, "config/escalation.toml")
    try:
        file = EscalationFile.model_validate(written)
    except ValidationError as error:
        raise ConfigProblems(problems_of(error, EscalationFile, lambda _: where)) from None
    problems = problems_in(where, file)
    warnings: list[ConfigProblem] = []
    hours: dict[str, Hours] = {}
    for name, one in file.hours.items():
        try:
            hours[name] = _hours(one, now)
        except (OSError, ValueError) as error:
            found = f"a calendar that cannot be read ({error})"
            key = f"hours.{name}.calendar"
            problems.append(ConfigProblem(where, key, found, "iCalendar text (RFC 5545)"))
            continue
        warnings += _empty_rota(where, name, hours[name], now)
    if problems:
        raise ConfigProblems(problems)
    chains = tuple(_chain(chain, file, hours) for chain in file.chain)
    return EscalationPlan(chains, file.channels, tuple(warnings))


def _hours(one: HoursSettings, now: Millis) -> Hours:
    zone = ZoneInfo(one.zone)
    if one.calendar is None:
        return WeeklyHours(zone, one.shifts())
    content = one.calendar.read_bytes()
    return CalendarHours(shifts(content, zone, now - DAY, now + HORIZON_MS, one.summary))


def _empty_rota(where: str, name: str, hours: Hours, now: Millis) -> list[ConfigProblem]:
    if not isinstance(hours, CalendarHours):
        return []
    if any(begin < now + _SOON_MS and now < end for begin, end in hours.spans):
        return []
    expected = "at least one: until then later chains are called; write the rota on"
    key = f"hours.{name}.calendar"
    return [ConfigProblem(where, key, "no shift in the next 7 days", expected)]


def _chain(chain: ChainSettings, file: EscalationFile, hours: Mapping[str, Hours]) -> Chain:
    return Chain(
        chain.name,
        tuple(_step(step, file.channels[step.channel]) for step in chain.step),
        frozenset(chain.priorities),
        frozenset(chain.conditions),
        chain.pause_ms,
        chain.repeats,
        chain.ward,
        hours[chain.hours] if chain.hours else None,
    )


def _step(step: StepSettings, channel: ChannelSettings) -> Step:
    return Step(step.who, step.channel, step.after_ms, channel.expires_after_ms, step.unless)
