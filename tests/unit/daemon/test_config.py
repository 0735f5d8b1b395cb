"""Settings come from environment, file and defaults, and every problem is told at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitord.daemon.configuration.config import ConfigProblems, Settings, load_settings
from monitord.daemon.configuration.settings import GradingSettings
from monitord.domain.alerts import AlertLimits
from monitord.domain.time import DAY, HOUR, MINUTE, parse_time
from monitord.scores.grading import Grading

SHOWN = Path(__file__).parents[3] / "config" / "monitord.toml"


def load(text: str = "", environ: Mapping[str, str] | None = None, *, folder: Path) -> Settings:
    path = folder / "monitord.toml"
    path.write_text(text, "utf-8")
    return load_settings(path, environ or {})


def problems(text: str, environ: Mapping[str, str] | None = None, *, folder: Path) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load(text, environ, folder=folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def keys_of(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = above + (field.alias or name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys_of(field.annotation, f"{key}.")
        else:
            yield key


def keys_in(table: Mapping[str, object], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        is_setting = above + key in set(keys_of(Settings))
        if isinstance(value, Mapping) and not is_setting:
            yield from keys_in(value, f"{above}{key}.")
        else:
            yield above + key


def test_the_shipped_file_holds_the_defaults() -> None:
    """Loading config/monitord.toml gives what loading nothing gives."""
    assert load_settings(None, {}) == load_settings(SHOWN, {})


def test_the_shipped_file_misses_no_setting() -> None:
    """Every setting stands in config/monitord.toml, and nothing else does."""
    assert sorted(keys_of(Settings)) == sorted(keys_in(tomllib.loads(SHOWN.read_text("utf-8"))))


def test_the_shipped_file_says_why() -> None:
    """Every line with a setting ends with a comment."""
    lines = [line for line in SHOWN.read_text("utf-8").splitlines() if re.match(r"\w+ = ", line)]
    unexplained = [line for line in lines if not re.search(r" # \S", line)]
    assert unexplained == []


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    """Three layers, each key on its own."""
    environ = {"MONITORD_MQTT__HOST": "from.environment", "PATH": "/bin"}
    settings = load('[mqtt]\nhost = "from.file"\nport = 1884', environ, folder=tmp_path)
    assert settings.mqtt.host == "from.environment"
    assert settings.mqtt.port == 1884
    assert settings.mqtt.client_id == "monitord"


def test_spans_are_text_and_become_milliseconds(tmp_path: Path) -> None:
    """A span keeps its unit in the file and in the attribute's name."""
    settings = load(
        '[mqtt]\nkeepalive = "2min"\n[signals.temperature]\nstale_after = "15min"',
        {"MONITORD_MQTT__SESSION_EXPIRY": "2d", "MONITORD_SIGNALS__SPO2__STALE_AFTER": "1h"},
        folder=tmp_path,
    )
    assert settings.mqtt.keepalive_ms == 2 * MINUTE
    assert settings.mqtt.session_expiry_ms == 2 * DAY
    assert settings.signals["temperature"].stale_after_ms == 15 * MINUTE
    assert settings.signals["spo2"].stale_after_ms == HOUR


def test_sizes_times_numbers_and_lists_are_read_from_file_and_environment(tmp_path: Path) -> None:
    """Whatever a setting is, text from the environment can say it too."""
    environ = {
        "MONITORD_LIMITS__INBOX_BYTES": "2 KiB",
        "MONITORD_TICK__SPEED": "600",
        "MONITORD_HTTP__ENABLED": "false",
        "MONITORD_GRADING__NEWS2_SCALE_2_PATIENTS": '["p-1", "p-2"]',
        "MONITORD_GRADING__FEVER_TEMPERATURE": "38.3",
    }
    text = '[tick]\nstart = "2026-01-08T09:00:00Z"\n[limits]\npayload_bytes = "1 MiB"'
    settings = load(text, environ, folder=tmp_path)
    assert settings.limits.inbox_bytes == 2048
    assert settings.limits.payload_bytes == 1024**2
    assert settings.tick.speed == 600.0
    assert settings.tick.start == parse_time("2026-01-08T09:00:00Z")
    assert settings.http.enabled is False
    assert settings.grading.news2_scale_2_patients == ("p-1", "p-2")
    assert settings.grading.fever_temperature == Decimal("38.3")


def test_empty_text_turns_a_thing_off(tmp_path: Path) -> None:
    """An empty directory, file, name or start is none."""
    text = '[journal]\ndirectory = ""\n[mqtt]\nusername = ""\n[decisions]\nfile = ""'
    settings = load(text, {"MONITORD_TICK__START": ""}, folder=tmp_path)
    assert settings.journal.directory is None
    assert settings.mqtt.username is None
    assert settings.decisions.file is None
    assert settings.tick.start is None


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Four mistakes in file and environment give four lines with place, key, found, expected."""
    text = '[mqtt]\nport = 99999\nprotocol = "4"\n[tick]\nperiod = "1 hour"'
    told = problems(text, {"MONITORD_LIMITS__BEDS": "many"}, folder=tmp_path)
    span = "a span of time in quotes, such as 30s, 5min, 2h or 1d"
    number = "a valid integer, unable to parse string as an integer"
    assert told == [
        "monitord.toml: mqtt.port: found 99999, expected less than or equal to 65535",
        "monitord.toml: mqtt.protocol: found '4', expected 'auto', '5' or '3.1.1'",
        f"monitord.toml: tick.period: found '1 hour', expected {span}",
        f"environment MONITORD_LIMITS__BEDS: limits.beds: found 'many', expected {number}",
    ]


@pytest.mark.parametrize(
    ("text", "environ", "place", "nearest"),
    [
        ('[mqtt]\nhots = "x"', {}, "monitord.toml: mqtt.hots", "host"),
        ('[mqqt]\nhost = "x"', {}, "monitord.toml: mqqt", "mqtt"),
        ('[mqtt.tls]\nca = "x"', {}, "monitord.toml: mqtt.tls.ca", None),
        ('[mqtt]\nkeep_alive = "30s"', {}, "monitord.toml: mqtt.keep_alive", "keepalive"),
        ('[mqtt]\nkeepalive_ms = "30s"', {}, "monitord.toml: mqtt.keepalive_ms", "keepalive"),
        (
            '[signals.spo2]\nstale_after = "1h"\nstale = "1h"',
            {},
            "monitord.toml: signals.spo2.stale",
            "stale_after",
        ),
        (
            "",
            {"MONITORD_MQTT__HOTS": "x"},
            "environment MONITORD_MQTT__HOTS: mqtt.hots",
            "host",
        ),
        ("", {"MONITORD_MQQT__HOST": "x"}, "environment MONITORD_MQQT__HOST", "mqtt"),
    ],
)
def test_an_unknown_key_answers_with_the_nearest_known_one(
    tmp_path: Path, text: str, environ: dict[str, str], place: str, nearest: str | None
) -> None:
    """File or environment, section or key: did you mean."""
    [told] = problems(text, environ, folder=tmp_path)
    assert told.startswith(f"{place}: found an unknown ")
    assert (re.search(r"did you mean (\w+)\?$", told) or [None, None])[1] == nearest


@pytest.mark.parametrize(
    "start",
    [
        "1969-12-31T23:59:59.999Z",
        "2106-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_start_that_no_event_could_follow_is_refused_by_name(tmp_path: Path, start: str) -> None:
    """A clock starts within the years whose events are taken in, and from 1970 on."""
    [told] = problems(f'[tick]\nstart = "{start}"', folder=tmp_path)
    assert told.startswith(f"monitord.toml: tick.start: found '{start}', expected empty or a time")
    assert "of 1970 to 2105" in told


def test_the_first_and_the_last_start_are_taken(tmp_path: Path) -> None:
    """The bounds themselves are within."""
    for start in ("1970-01-01T00:00:00Z", "2105-12-31T23:59:59.999Z"):
        assert load(f'[tick]\nstart = "{start}"', folder=tmp_path).tick.start == parse_time(start)


def test_a_secret_in_the_wrong_place_is_not_shown(tmp_path: Path) -> None:
    """A password written as a setting is refused without being repeated."""
    [told] = problems('[mqtt]\npassword = "hunter2"', folder=tmp_path)
    assert "hunter2" not in told
    assert told.endswith("did you mean password_file?")


def test_the_password_is_the_content_of_its_file(tmp_path: Path) -> None:
    """It is read when it is needed and is no part of the settings' text."""
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", "utf-8")
    settings = load(f'[mqtt]\npassword_file = "{secret}"', folder=tmp_path)
    assert settings.mqtt.password() == "hunter2"
    assert "hunter2" not in repr(settings)
    assert load(folder=tmp_path).mqtt.password() is None


def test_a_missing_file_is_a_problem_of_its_key(tmp_path: Path) -> None:
    """A password file that is not there is noticed before the daemon runs."""
    [told] = problems('[mqtt]\npassword_file = "/nowhere/secret"', folder=tmp_path)
    assert told.startswith("monitord.toml: mqtt.password_file: found '/nowhere/secret'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[mqtt]\nreconnect_min = "5min"', "reconnect_min <= reconnect_max"),
        ('[mqtt]\ncanary_every = "30s"', "canary_every < canary_deadline"),
        ('[mqtt.tls]\nca_file = "FILE"', "enabled = true when files are named"),
        (
            '[mqtt.tls]\nenabled = true\nkey_file = "FILE"',
            "both certificate_file and key_file, or neither",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_told(
    tmp_path: Path, text: str, expected: str
) -> None:
    """What is right alone may be wrong together."""
    (tmp_path / "a.pem").touch()
    [told] = problems(text.replace("FILE", f"{tmp_path}/a.pem"), folder=tmp_path)
    assert told.endswith(f"found settings that do not fit together, expected {expected}")


def test_a_signal_named_without_a_setting_is_a_problem(tmp_path: Path) -> None:
    """An empty table for a signal was meant to say something."""
    [told] = problems("[signals.spo2]", folder=tmp_path)
    assert told == "monitord.toml: signals.spo2.stale_after: found nothing, expected a value"


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    """No file, no TOML or no UTF-8: said in one line each."""
    with pytest.raises(ConfigProblems, match=r"nowhere\.toml: found No such file"):
        load_settings(tmp_path / "nowhere.toml", {})
    [told] = problems("[mqtt\n", folder=tmp_path)
    assert "found text that is not TOML" in told
    assert "line 1" in told
    (tmp_path / "latin.toml").write_bytes(b'[mqtt]\nhost = "\xe9"')
    with pytest.raises(ConfigProblems, match="bytes that are not UTF-8"):
        load_settings(tmp_path / "latin.toml", {})


def test_a_list_that_is_not_json_is_a_problem_of_the_environment(tmp_path: Path) -> None:
    """Lists in the environment are JSON, and the answer says so."""
    [told] = problems("", {"MONITORD_GRADING__NEWS2_SCALE_2_PATIENTS": "p-1"}, folder=tmp_path)
    assert told.startswith("environment: found ")
    assert "expected JSON" in told


def test_the_defaults_of_grading_are_those_of_the_scores() -> None:
    """Every number of scores.grading can be set, and starts as it stands there."""
    assert {field.name for field in fields(Grading)} == set(GradingSettings.model_fields)
    assert load_settings(None, {}).grading.grading() == Grading()


def test_the_defaults_of_alerts_are_those_of_the_domain() -> None:
    """Every limit of domain.alerts can be set, and starts as it stands there."""
    assert AlertLimits() == load_settings(None, {}).alerts.limits()


def test_what_is_more_urgent_may_not_be_silenced_for_longer(tmp_path: Path) -> None:
    """A longest silence that grows with the urgency is a mistake."""
    with pytest.raises(ConfigProblems) as caught:
        load('[alerts]\nsilence_max_high = "3h"', folder=tmp_path)
    assert "silence_max_high <= silence_max_medium" in str(caught.value)


def test_a_changed_grading_is_in_whole_units(tmp_path: Path) -> None:
    """A unit that calls 38.3 a fever gets 3830 hundredths of a degree."""
    text = '[grading]\nfever_temperature = "38.3"\nspo2_low = 92\nfever_window = "6h"'
    changed = load(text, folder=tmp_path).grading.grading()
    assert changed.fever_temperature == 3830
    assert changed.spo2_low == 920
    assert changed.fever_window_ms == 6 * HOUR


def test_a_signal_may_be_named_by_its_code_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    """Codes become words; an unknown word answers with the nearest."""
    settings = load('[signals.8867-4]\nstale_after = "1h"', folder=tmp_path)
    assert list(settings.signals) == ["heart_rate"]
    [told] = problems('[signals.hart_rate]\nstale_after = "1h"', folder=tmp_path)
    assert told == (
        "monitord.toml: signals.hart_rate: found 'hart_rate', expected a known signal; "
        "did you mean 'heart_rate'?"
    )


def test_settings_do_not_change_after_loading(tmp_path: Path) -> None:
    """A daemon's settings are those it started with."""
    settings = load(folder=tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.mqtt.port = 1  # type: ignore[misc]
