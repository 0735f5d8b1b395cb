"""Which answers of a pager's service are for the alert as it stands, and whose secrets we hold."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from monitord.adapters.web.signatures import Signers, signed
from monitord.alerts.drills import drill_id
from monitord.daemon.calling.hearing import not_heard, signers_of
from monitord.daemon.configuration.config_problems import ConfigProblems
from monitord.daemon.configuration.escalation_settings import ChannelSettings
from monitord.daemon.telling.chronicle import Chronicle
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.time import MINUTE
from tests.unit.alerts.calling import START, change

ACTIVE, HAVING, LATCHED, QUIET = (
    Phase.ACTIVE,
    Phase.ACKNOWLEDGED,
    Phase.LATCHED,
    Phase.QUIET,
)
LATER = START + MINUTE
RAISED = change(ACTIVE)
FILE = Path("config/escalation.toml")


def reason(given_at: int, *story: AlertChange, alert: str = "a1") -> str | None:
    chronicle = Chronicle()
    chronicle.take(story)
    found = not_heard(alert, chronicle.story(alert), given_at)
    return found.reason if found else None


@pytest.mark.parametrize(
    "story",
    [
        [RAISED],
        [RAISED, change(ACTIVE, LATER, before=ACTIVE, reason="silenced")],
        [RAISED, change(LATCHED, LATER, before=ACTIVE)],
        [RAISED, change(QUIET, LATER, before=ACTIVE)],
    ],
)
def test_an_answer_to_what_rings_is_handed_on(story: list[AlertChange]) -> None:
    """Silenced, latched or over: what becomes of it is for the table to say, as for any other."""
    assert reason(START, *story) is None


@pytest.mark.parametrize("before", [HAVING, LATCHED, QUIET])
def test_an_answer_from_before_it_rang_again_is_for_nothing(before: Phase) -> None:
    """Delivered late, it would stop calls that nobody has heard of yet."""
    story = [RAISED, change(before, START + 1, before=ACTIVE), change(ACTIVE, LATER, before=before)]
    assert "given_before" == reason(LATER - 1, *story)
    assert reason(LATER, *story) is None


def test_what_somebody_has_is_not_prolonged_from_afar() -> None:
    """Resolving at the pager after acknowledging there changes nothing either."""
    assert "already_acknowledged" == reason(LATER, RAISED, change(HAVING, before=ACTIVE))


def test_what_nobody_knows_is_told_from_a_drill() -> None:
    """Neither is an alert; only one of them is somebody's mistake."""
    assert "no_such_alert" == reason(START, RAISED, alert="a2")
    assert "is_a_drill" == reason(START, alert=drill_id("west", START))


def channel(**more: object) -> ChannelSettings:
    told = {"kind": "pagerduty", "secret_file": str(FILE), "expires_after": "1min"}
    return ChannelSettings.model_validate(told | more)


def signers(secret: Path) -> Signers:
    return signers_of(FILE, {"pager": channel(answers_secret_file=str(secret)), "feed": channel()})


def test_a_channel_with_a_secret_may_answer(tmp_path: Path) -> None:
    """Its file is read without the line's end; a channel without one answers nothing."""
    (tmp_path / "secret").write_text("of the webhook, of nobody else\n")
    made = signers(tmp_path / "secret")
    assert 1 == len(made)
    found = made.find(signed(b"of the webhook, of nobody else", b"{}"), b"{}")
    assert found is not None
    assert "pager" == found.name
    assert "webhook" not in repr(found)


@pytest.mark.parametrize("secret", ["", "hunter2"])
def test_a_secret_that_keeps_none_is_told_by_the_channel_and_not_shown(
    secret: str, tmp_path: Path
) -> None:
    """With an empty one, whoever reaches the port could answer."""
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(ConfigProblems) as caught:
        signers(tmp_path / "secret")
    [told] = map(str, caught.value.problems)
    assert "channels.pager.answers_secret_file" in told
    assert f"found a secret of {len(secret)} bytes, expected at least 24" in told
    assert "hunter2" not in told


def test_only_a_kind_that_can_answer_has_a_secret_for_it() -> None:
    """On any other it would be read and never used."""
    with pytest.raises(ValidationError, match="only pagerduty can answer"):
        channel(kind="webhook", address="http://x", answers_secret_file=str(FILE))
