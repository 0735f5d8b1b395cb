"""What is known of one patient now, as one plain document for the retained `state` topic."""

from monitord.alerts.records import LiveAlert
from monitord.domain.alerts import Maturity, Phase
from monitord.domain.signals import SIGNALS
from monitord.domain.time import SECOND, Millis, format_time
from monitord.domain.treatments import TREATMENTS
from monitord.engine.grading import standing
from monitord.engine.ward import Ward
from monitord.windows.episodes import EPISODIC


def portrait(ward: Ward, patient: str, now: Millis) -> dict[str, object]:
    """Write down grades, episodes, treatments, open alerts, and each signal with its age.

    With a grade goes what is missing for it. What runs in shadow is left out.

    Raises `KeyError` for a patient who is not here.
    """
    row = ward.memory.roster.row_of[patient]
    return {
        "patient": patient,
        "ward": ward.memory.roster.ward[row],
        "bed": ward.memory.roster.bed[row],
        "time": format_time(now),
        "scales": _scales(ward, row),
        "episodes": _episodes(ward, row),
        "alerts": _alerts(ward, row),
        "treatments": [
            treatment.word
            for treatment in TREATMENTS
            if ward.memory.treatments.is_running[treatment.index, row]
        ],
        "signals": _signals(ward, row, now),
    }


def _scales(ward: Ward, row: int) -> dict[str, object]:
    told: dict[str, object] = {}
    for graded in ward.graded:
        low, high, missing = standing(ward, graded, row)
        if low == low:
            ends = {"low": graded.scale.value(low), "high": graded.scale.value(high)}
            trust = {"maturity": graded.scale.maturity} if graded.scale.is_index else {}
            told[graded.scale.name] = ends | {"missing": list(missing)} | trust
    return told


def _episodes(ward: Ward, row: int) -> dict[str, object]:
    """Tell the episode that is open, or the last one; a scale without one is left out."""
    told: dict[str, object] = {}
    for scale in EPISODIC:
        episode = ward.memory.episodes.last(scale, row)
        if episode is not None:
            told[scale] = {
                "began": format_time(episode.began_at),
                "peak": {
                    "low": episode.peak_low,
                    "high": episode.peak_high,
                    "time": format_time(episode.peak_at),
                },
                "quiet_since": _instant(episode.quiet_since),
                "resolved": _instant(episode.resolved_at),
            }
    return told


def _instant(time: Millis | None) -> str | None:
    return None if time is None else format_time(time)


def _alerts(ward: Ward, row: int) -> list[dict[str, object]]:
    live = sorted((place, alert) for (place, at), alert in ward.alerts.live.items() if at == row)
    return [
        {
            "alert": alert.alert,
            "rule": ward.watched[place].rule.policy.rule,
            "priority": ward.watched[place].rule.policy.priority,
            "phase": Phase(ward.alerts.phase[place, row]).name,
            "since": format_time(alert.since),
            **_answered(alert),
        }
        for place, alert in live
        if ward.watched[place].rule.policy.maturity is not Maturity.SANDBOX
    ]


def _answered(alert: LiveAlert) -> dict[str, object]:
    """Tell what keeps an alert from calling, and until when; what does not is left out."""
    held, silence = alert.acknowledgement, alert.silence
    told = {
        "acknowledged_until": held and format_time(held.until),
        "silenced_until": silence and format_time(silence.until),
        "inhibited_by": alert.inhibited_by,
    }
    return {key: value for key, value in told.items() if value is not None}


def _signals(ward: Ward, row: int, now: Millis) -> dict[str, object]:
    told: dict[str, object] = {}
    for signal in SIGNALS:
        known = ward.memory.last(signal.index, row)
        if known is not None:
            age_ms = now - known[0]
            told[signal.word] = {
                "value": signal.value(known[1]),
                "unit": signal.unit,
                "time": format_time(known[0]),
                "age_s": age_ms // SECOND,
                "stale": age_ms > ward.memory.stale_after_ms[signal.index],
            }
    return told
