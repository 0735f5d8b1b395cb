"""Follows the episodes of CRS and ICANS, and tells when one begins and when one is over.

What is told has spans and no instants, so that it reads at the bedside as it is.
"""

from monitord.domain.decisions import Notice
from monitord.domain.features import ContextFeature, ContextName
from monitord.domain.time import format_span
from monitord.engine.decisions import Decisions
from monitord.engine.ward import Graded, Ward
from monitord.windows.episodes import Episode

FEVER_WAIVED = ContextFeature(ContextName.FEVER_WAIVED)


def resolve_episodes(ward: Ward, out: Decisions) -> None:
    """Close the episodes that are over before anything of this tick is graded."""
    memory = ward.memory
    for scale, row in memory.episodes.resolve(out.now, ward.rows_used):
        (graded,) = (one for one in ward.graded if one.scale.name == scale)
        _refresh(ward, graded, row, out)
        episode = memory.episodes.last(scale, row)
        assert episode is not None, f"{scale}: what was resolved had begun"
        out.episodes.append(
            Notice(
                out.now,
                "episode_resolved",
                memory.roster.patient[row],
                f"{graded.scale.label}: {_told(episode, memory.episodes.resolved_after_ms)}",
            )
        )


def follow_episode(ward: Ward, graded: Graded, row: int, out: Decisions) -> None:
    """Take a grade that has moved into the patient's episode."""
    low, high = ward.grades.low.item(graded.place, row), ward.grades.high.item(graded.place, row)
    if ward.memory.episodes.note(graded.scale.name, row, low, high, out.now):
        told = f"{graded.scale.label}: an episode begins with grade {_interval(low, high)}"
        patient = ward.memory.roster.patient[row]
        out.episodes.append(Notice(out.now, "episode_started", patient, told))
    _refresh(ward, graded, row, out)


def _refresh(ward: Ward, graded: Graded, row: int, out: Decisions) -> None:
    """Read again what hangs on an episode: words of the scale, and the waiver of fever."""
    for column in (*graded.columns, FEVER_WAIVED):
        ward.table.refresh_cell(column, row, ward.memory, out.now)


def _told(episode: Episode, resolved_after_ms: int) -> str:
    assert episode.quiet_since is not None, "an episode is over only when it was quiet"
    peak = _interval(episode.peak_low, episode.peak_high)
    lasted = format_span(episode.quiet_since - episode.began_at)
    return (
        f"the episode is over: peak grade {peak}; it lasted {lasted}, and no criterion has been "
        f"possible for {format_span(resolved_after_ms)} since"
    )


def _interval(low: float, high: float) -> str:
    return f"{int(low)}" if low == high else f"{int(low)} to {int(high)}"
