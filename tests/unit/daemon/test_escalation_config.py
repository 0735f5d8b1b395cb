"""Chains come from their file, and every call that could not be made is told before the start."""

import re
from pathlib import Path

import pytest

from monitord.alerts.chains import Unless, choose
from monitord.alerts.escalation import Escalation
from monitord.daemon.configuration.config import ConfigProblems
from monitord.daemon.configuration.escalation_config import EscalationPlan, load_escalation
from monitord.domain.alerts import Condition, Priority
from monitord.domain.time import DAY, HOUR, MINUTE, parse_time

SHOWN = Path(__file__).parents[3] / "config" / "escalation.toml"
NOW = parse_time("2026-01-09T12:00:00Z")  # a Friday
CHANNELS = """
[channels.feed]
kind = "mqtt"
expires_after = "5min"
[channels.pager]
kind = "webhook"
address = "http://127.0.0.1/"
expires_after = "1min"
"""
REST = """
[[chain]]
name = "rest"
priorities = ["high", "medium", "low"]
[[chain.step]]
who = "nurse"
channel = "feed"
after = "0s"
"""
ROTA = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//ward//rota//EN
BEGIN:VEVENT
UID:1
SUMMARY:Attending
DTSTART:20260112T080000Z
DTEND:20260112T180000Z
END:VEVENT
END:VCALENDAR
"""


def load(text: str, *, folder: Path, now: int = NOW) -> EscalationPlan:
    path = folder / "escalation.toml"
    path.write_text(text, "utf-8")
    return load_escalation(path, now)


def problems(text: str, *, folder: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load(text, folder=folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def chain(steps: str, name: str = "own", more: str = "") -> str:
    return f'[[chain]]\nname = "{name}"\npriorities = ["high"]\n{more}\n{steps}\n'


def step(channel: str, after: str, more: str = "") -> str:
    return f'[[chain.step]]\nwho = "x"\nchannel = "{channel}"\nafter = "{after}"\n{more}\n'


def test_the_shipped_file_calls_for_a_high_alert_at_0_2_and_5_minutes() -> None:
    """The feed at once, the pager after two minutes, the physician after five."""
    plan = load_escalation(SHOWN, NOW)
    high = choose(plan.chains, Priority.HIGH, Condition.PHYSIOLOGICAL, "west", NOW)
    assert [0, 2 * MINUTE, 5 * MINUTE] == [one.after_ms for one in high.steps]
    assert ["nurse-feed", "pager", "physician"] == [one.channel for one in high.steps]
    assert [5 * MINUTE, MINUTE, 2 * MINUTE] == [one.worth_ms for one in high.steps]
    assert () == plan.warnings
    assert Escalation(plan.chains).drill("west", NOW)


def test_the_shipped_file_explains_every_key() -> None:
    """Each key stands in the file at least once with a comment."""
    text = SHOWN.read_text("utf-8")
    keys = set(re.findall(r"^#? ?(\w+) = ", text, re.MULTILINE))
    explained = set(re.findall(r"^#? ?(\w+) = .* # \S", text, re.MULTILINE))
    assert keys == explained
    assert {"who", "zone", "weekly", "calendar", "summary", "unless", "detail", "pause"} <= keys


def test_times_hours_and_defaults_become_data(tmp_path: Path) -> None:
    """A weekly table, a calendar and a step that waits for delivery are read."""
    rota = tmp_path / "rota.ics"
    rota.write_text(ROTA, "utf-8")
    text = (
        CHANNELS + f'[hours.day]\nzone = "Europe/London"\nweekly = ["mon-fri 08:00-17:30"]\n'
        f'[hours.rota]\nzone = "Europe/London"\ncalendar = "{rota}"\nsummary = "Att*"\n'
        + chain(step("feed", "0s"), "day", 'hours = "day"\nward = "tower-*"\npause = "5min"')
        + chain(step("feed", "0s"), "rota", 'hours = "rota"')
        + chain(step("feed", "0s") + step("pager", "1min", 'unless = "delivered"'))
        + REST
    )
    plan = load(text, folder=tmp_path)
    day, rota_chain, own, _ = plan.chains
    assert (5 * MINUTE, "tower-*") == (day.pause_ms, day.ward)
    assert day.hours is not None
    assert (True, False) == (day.hours.covers(NOW), day.hours.covers(NOW + DAY))
    assert rota_chain.hours is not None
    monday = parse_time("2026-01-12T09:00:00Z")
    assert (True, False) == (rota_chain.hours.covers(monday), rota_chain.hours.covers(NOW))
    assert (Unless.DELIVERED, HOUR) == (own.steps[1].unless, own.pause_ms)
    assert () == plan.warnings


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    """The key of a channel stands in no setting and in no text of one."""
    key = tmp_path / "key"
    key.write_text("hush\n", "utf-8")
    text = CHANNELS.replace('"mqtt"', f'"pagerduty"\nsecret_file = "{key}"') + REST
    channel = load(text, folder=tmp_path).channels["feed"]
    assert "hush" == channel.secret()
    assert "hush" not in repr(channel)
    assert load(text, folder=tmp_path).channels["pager"].secret() is None


def test_a_rota_without_a_shift_in_the_next_seven_days_is_a_warning(tmp_path: Path) -> None:
    """The daemon starts all the same, because later chains take over."""
    rota = tmp_path / "rota.ics"
    rota.write_text(ROTA, "utf-8")
    hours = f'[hours.rota]\nzone = "Europe/London"\ncalendar = "{rota}"\n'
    text = CHANNELS + hours + chain(step("feed", "0s"), "rota", 'hours = "rota"') + REST
    assert () == load(text, folder=tmp_path).warnings
    (warning,) = load(text, folder=tmp_path, now=NOW + 9 * DAY).warnings
    assert "hours.rota.calendar: found no shift in the next 7 days" in str(warning)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            CHANNELS + chain(step("pagr", "0s")) + REST,
            (
                "chain.0.step.0.channel: found 'pagr', expected one of feed, pager; "
                "did you mean pager?"
            ),
        ),
        (
            CHANNELS + chain(step("pager", "1min") + step("pager", "1min")) + REST,
            (
                "chain.0.step.1.after: found 1 min, which is never reached, "
                "expected a time after the earlier step over 'pager'"
            ),
        ),
        (
            CHANNELS + chain(step("feed", "2min") + step("pager", "1min")) + REST,
            (
                "chain.0.step.1.after: found 1 min, which is never reached, "
                "expected 2 min or more, as for the step before"
            ),
        ),
        (
            CHANNELS + chain(step("feed", "0s", 'unless = "delivered"')) + REST,
            (
                "chain.0.step.0.unless: found 'delivered', expected 'acknowledged': "
                "nobody is called before"
            ),
        ),
        (
            CHANNELS + chain(step("feed", "0s"), more='hours = "nights"') + REST,
            "chain.0.hours: found 'nights', expected a table [hours.NAME]",
        ),
        (
            CHANNELS + REST + chain(step("feed", "0s"), more='ward = "tower-*"'),
            (
                "chain.1: found 'own', which is never reached, "
                "expected alerts that no earlier chain takes: put this one first, or delete it"
            ),
        ),
        (
            CHANNELS + chain(step("feed", "0s"), "rest", 'ward = "west"') + REST,
            "chain.1.name: found 'rest', expected a name that no other chain has",
        ),
        (
            CHANNELS + REST.replace(', "low"', ""),
            (
                'chain: found no chain for every low technical alert, expected one with ward = "*" '
                "and without hours: else some call nobody"
            ),
        ),
        (
            CHANNELS + REST.replace("[[chain.step]]", 'ward = "west"\n[[chain.step]]'),
            (
                "chain: found no chain for every high physiological alert, "
                'expected one with ward = "*" and without hours: else some call nobody'
            ),
        ),
        (
            CHANNELS + '[hours.x]\nzone = "Europe/London"\nweekly = []\n' + REST,
            (
                "hours.x: found settings that do not fit together, "
                "expected either weekly shifts or a calendar: else it never occurs"
            ),
        ),
        (
            CHANNELS + '[hours.x]\nzone = "Mars/X"\nweekly = ["mon 8-9"]\n' + REST,
            "hours.x.zone: found 'Mars/X', expected a time zone such as Europe/London",
        ),
        (
            CHANNELS + '[hours.x]\nzone = "Europe/London"\nweekly = ["mon 8-9"]\n' + REST,
            (
                "hours.x.weekly.0: found 'mon 8-9', "
                "expected days and hours such as 'mon-fri 08:00-17:30'"
            ),
        ),
        (
            CHANNELS + REST.replace('after = "0s"', 'afer = "0s"'),
            (
                "chain.0.step.0.afer: found an unknown key, "
                "expected one of after, channel, unless, who; did you mean after?"
            ),
        ),
        (
            CHANNELS.replace("address", "adress") + REST,
            (
                "channels.pager.adress: found an unknown key, expected one of address, "
                "answers_secret_file, detail, expires_after, kind, recipients, secret_file, "
                "sender, username; "
                "did you mean address?"
            ),
        ),
        (
            CHANNELS.replace('address = "http://127.0.0.1/"', "") + REST,
            (
                "channels.pager: found settings that do not fit together, "
                "expected address for a channel of kind webhook"
            ),
        ),
        (
            CHANNELS.replace('kind = "mqtt"', 'kind = "mqtt"\nsecret_file = "/nowhere"') + REST,
            "channels.feed.secret_file: found '/nowhere', expected a file that is there",
        ),
    ],
)
def test_what_could_not_call_is_refused_with_file_and_key(
    text: str, told: str, tmp_path: Path
) -> None:
    """Each mistake is a line with the place, what was found and what to write."""
    found = [line.removeprefix("escalation.toml: ") for line in problems(text, folder=tmp_path)]
    assert told in found


@pytest.mark.parametrize(
    "address",
    ["pager.test", "http://", "http://h:99999/x", "http://h:0", "http://h ost/", "ftp://h/", "//h"],
)
def test_an_address_to_which_nothing_can_be_sent_is_refused(address: str, tmp_path: Path) -> None:
    """It is found where settings are checked; a call to such a port ended the daemon."""
    text = CHANNELS.replace("http://127.0.0.1/", address) + REST
    expected = "expected address: http:// or https://, a host, and a port up to 65535 if any"
    [told] = problems(text, folder=tmp_path)
    assert told.endswith(f"channels.pager: found settings that do not fit together, {expected}")


@pytest.mark.parametrize(
    "address",
    [
        "https://ward:hunter2@pager.test/",
        "https://hunter2@h",
        "ward:hunter2@h",
        "http://a:hunter2#@h",
    ],
)
@pytest.mark.parametrize("kind", ["webhook", "alertmanager", "pagerduty", "mqtt"])
def test_a_password_in_an_address_is_refused_and_not_shown(
    address: str, kind: str, tmp_path: Path
) -> None:
    """The line names the key, and where user and password belong."""
    text = CHANNELS.replace("http://127.0.0.1/", address).replace('"webhook"', f'"{kind}"') + REST
    [told] = problems(text, folder=tmp_path)
    assert told.startswith("escalation.toml: channels.pager.address: found '***@")
    assert "write the user into username, and the password into a file that secret_file" in told
    assert "hunter2" not in told


def test_a_password_that_stands_where_no_text_may_is_not_shown(tmp_path: Path) -> None:
    """A list of addresses is another mistake, and as little of it is repeated."""
    text = CHANNELS.replace('"http://127.0.0.1/"', '["http://a:hunter2@h"]') + REST
    [told] = problems(text, folder=tmp_path)
    assert "channels.pager.address: found '***@h']" in told
    assert "hunter2" not in told


def test_who_logs_in_over_http_needs_a_password(tmp_path: Path) -> None:
    """A name alone opens nothing."""
    text = CHANNELS.replace("http://127.0.0.1/", 'http://h"\nusername = "ward') + REST
    [told] = problems(text, folder=tmp_path)
    assert told.endswith("expected secret_file, with the password of username")


def test_every_problem_of_chains_and_calendars_is_told_at_once(tmp_path: Path) -> None:
    """An unknown channel, a rota that is none and a priority without a chain are three lines."""
    rota = tmp_path / "rota.ics"
    rota.write_text("a rota", "utf-8")
    hours = f'[hours.rota]\nzone = "Europe/London"\ncalendar = "{rota}"\n'
    low = REST.replace(', "low"]', ']\nconditions = ["technical"]').replace('"feed"', '"fed"')
    told = problems(CHANNELS + hours + low, folder=tmp_path)
    assert 1 + 4 + 1 == len(told)
    assert "did you mean feed?" in told[0]
    assert "hours.rota.calendar: found a calendar that cannot be read" in told[-1]


def test_a_chain_after_one_for_other_hours_or_wards_is_reached(tmp_path: Path) -> None:
    """Only a chain all of whose alerts are taken earlier is never reached."""
    hours = '[hours.day]\nzone = "Europe/London"\nweekly = ["mon-sun 08:00-20:00"]\n'
    text = (
        CHANNELS
        + hours
        + chain(step("feed", "0s"), "day", 'hours = "day"')
        + chain(step("feed", "0s"), "tower", 'ward = "tower-*"')
        + chain(step("feed", "0s"), "all")
        + REST
    )
    assert 4 == len(load(text, folder=tmp_path).chains)
    again = text.replace('name = "tower"', 'name = "tower"\nhours = "day"')
    (told,) = problems(again, folder=tmp_path)
    assert told.startswith("escalation.toml: chain.1: found 'tower', which is never reached")
