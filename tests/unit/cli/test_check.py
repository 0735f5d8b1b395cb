"""`monitord check` tells every problem and ends with the exit code it promises."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitord.cli import main

PACK = """
pack = "own"
version = 1
description = "A unit's own rules."

[[rule]]
id = "hot"
version = 1
maturity = "stable"
condition = "physiological"
priority = "medium"
title = "fever"
when = "temperature.last >= 38.3"
hold = "5min"
keep = "30min"
because = "Our own protocol."
when_it_fires = "Measure again now."
"""


def check(rules: Path, *options: str, config: str = "") -> Result:
    settings = rules.parent / "settings.toml"
    settings.write_text(f'{config}\n[rules]\ndirectory = "{rules}"\n', "utf-8")
    return CliRunner().invoke(main, ["check", "--config", str(settings), *options])


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.toml").write_text(PACK, "utf-8")
    return folder


def test_fine_settings_and_packs_are_one_line(rules: Path) -> None:
    """The lock is written when asked for; from then on all is fine."""
    written = check(rules, "--update-lock")
    assert written.exit_code == 0
    assert written.output.startswith("fine: rules 1, indices 0, packs 1, version ")
    assert check(rules).exit_code == 0


def test_a_pack_without_its_lock_is_a_problem_with_its_fix(rules: Path) -> None:
    """The answer is the command to run."""
    result = check(rules)
    assert result.exit_code == 1
    assert "monitord check --update-lock" in result.output


def test_a_changed_rule_needs_a_new_version(rules: Path) -> None:
    """Neither check nor --update-lock lets content change under an old version."""
    assert check(rules, "--update-lock").exit_code == 0
    (rules / "own.toml").write_text(PACK.replace("38.3", "38.0"), "utf-8")
    assert "expected version = 2" in check(rules).output
    assert check(rules, "--update-lock").exit_code == 1
    raised = PACK.replace("38.3", "38.0").replace('"hot"\nversion = 1', '"hot"\nversion = 2')
    (rules / "own.toml").write_text(raised, "utf-8")
    assert check(rules, "--update-lock").exit_code == 0
    assert check(rules).exit_code == 0


def test_every_problem_of_a_pack_is_told_with_file_and_key(rules: Path) -> None:
    """Two mistakes, two lines."""
    wrong = PACK.replace("temperature.last", "temprature.last").replace('"5min"', '"soon"')
    (rules / "own.toml").write_text(wrong, "utf-8")
    result = check(rules)
    assert result.exit_code == 1
    assert "own.toml" in result.output
    assert "temperature" in result.output
    assert "hold" in result.output


def test_problems_of_the_settings_end_with_1(rules: Path) -> None:
    """A wrong setting is told as it is by the daemon."""
    result = check(rules, config="[mqtt]\nprot = 1883")
    assert result.exit_code == 1
    assert "mqtt.prot: found an unknown key" in result.output


def test_no_file_where_one_was_named_is_a_problem(tmp_path: Path) -> None:
    """`--config` never falls back to the defaults."""
    result = CliRunner().invoke(main, ["check", "--config", str(tmp_path / "nowhere.toml")])
    assert result.exit_code == 1
    assert "nowhere.toml: found No such file or directory" in result.output


def test_problems_of_the_chains_are_told_beside_those_of_the_packs(rules: Path) -> None:
    """A step over a channel that is not there and a missing lock end with 1, both told."""
    chains = rules.parent / "escalation.toml"
    shipped = Path(__file__).parents[3] / "config" / "escalation.toml"
    text = shipped.read_text("utf-8")
    chains.write_text(text, "utf-8")
    config = f'[escalation]\nfile = "{chains}"'
    assert check(rules, "--update-lock", config=config).output.endswith(", chains 3\n")
    chains.write_text(text.replace('channel = "pager"', 'channel = "pagr"'), "utf-8")
    (rules / "version.lock").unlink()
    result = check(rules, config=config)
    assert 1 == result.exit_code
    assert "did you mean pager?" in result.output
    assert "monitord check --update-lock" in result.output


def test_a_secret_that_cannot_be_used_is_a_problem(rules: Path) -> None:
    """It is found where settings are checked, not when the first page should go out."""
    secret, chains = rules.parent / "secret", rules.parent / "escalation.toml"
    secret.write_text("hunter2")
    shipped = Path(__file__).parents[3] / "config" / "escalation.toml"
    named = f'[channels.pager]\nsecret_file = "{secret}"'
    chains.write_text(shipped.read_text("utf-8").replace("[channels.pager]", named), "utf-8")
    result = check(rules, "--update-lock", config=f'[escalation]\nfile = "{chains}"')
    assert 1 == result.exit_code
    assert "channels.pager.secret_file: found one that cannot be used" in result.output
    assert "hunter2" not in result.output


def test_a_rota_without_a_shift_is_a_warning_and_all_is_fine(rules: Path) -> None:
    """What is only worth a look does not stop a start."""
    rota = rules.parent / "rota.ics"
    rota.write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n", "utf-8")
    chains = rules.parent / "escalation.toml"
    shipped = Path(__file__).parents[3] / "config" / "escalation.toml"
    hours = f'[hours.rota]\nzone = "Europe/London"\ncalendar = "{rota}"\n'
    chains.write_text(shipped.read_text("utf-8") + hours, "utf-8")
    result = check(rules, "--update-lock", config=f'[escalation]\nfile = "{chains}"')
    assert 0 == result.exit_code
    assert "warning: " in result.output
    assert "hours.rota.calendar: found no shift in the next 7 days" in result.output


def test_a_language_that_is_not_there_is_told_with_those_that_are(rules: Path) -> None:
    """Nobody is left to guess how a language is named."""
    assert 0 == check(rules, "--update-lock").exit_code
    result = check(rules, config='[ward]\nlanguage = "zh"')
    assert 1 == result.exit_code
    assert "ward.language: found 'zh', expected 'en' or 'zh-Hans'" in result.stderr


def test_a_catalogue_of_the_units_own_is_checked(rules: Path) -> None:
    """A translation that would fail a sentence is told before the daemon starts."""
    own = rules.parent / "own.po"
    own.write_text('msgid "{label} not known"\nmsgstr "未知"\n', "utf-8")
    assert 0 == check(rules, "--update-lock").exit_code
    result = check(rules, config=f'[ward]\nlanguage = "zh-Hans"\nphrases = "{own}"')
    assert 1 == result.exit_code
    assert f"{own}: found line 1: '未知', expected the places of" in result.stderr


def test_a_secret_of_answers_that_cannot_be_used_is_a_problem(rules: Path) -> None:
    """The channel is named, and the secret is not shown."""
    secret, chains = rules.parent / "secret", rules.parent / "escalation.toml"
    secret.write_text("hunter2")
    shipped = Path(__file__).parents[3] / "config" / "escalation.toml"
    pager = f'[channels.pager]\nsecret_file = "{secret}"\nanswers_secret_file = "{secret}"'
    text = shipped.read_text("utf-8").replace("[channels.pager]", pager)
    head, _, tail = text.partition(pager)
    chains.write_text(head + pager + tail.replace('"webhook"', '"pagerduty"', 1))
    result = check(rules, "--update-lock", config=f'[escalation]\nfile = "{chains}"')
    assert result.exit_code == 1
    assert "channels.pager.answers_secret_file" in result.output
    assert "hunter2" not in result.output


@pytest.mark.parametrize("enabled", [True, False])
def test_answers_that_nobody_hears_are_a_warning(rules: Path, *, enabled: bool) -> None:
    """A secret for answers, and tokens, are for nothing where HTTP is off: alerts would ring on."""
    secret, tokens, chains = (rules.parent / name for name in ("secret", "tokens", "chains.toml"))
    secret.write_text("a secret of enough bytes to keep")
    tokens.write_text(f'[[token]]\nname = "west"\nrole = "nurse"\nsha256 = "{"0" * 64}"\n')
    tokens.chmod(0o600)
    shipped = Path(__file__).parents[3] / "config" / "escalation.toml"
    service = f'kind = "pagerduty"\nsecret_file = "{secret}"\nanswers_secret_file = "{secret}"'
    text = shipped.read_text("utf-8")
    address = 'kind = "webhook"\naddress = "http://127.0.0.1:9080/physician"'
    assert address in text
    chains.write_text(text.replace(address, service), "utf-8")
    http = f'[http]\nenabled = {str(enabled).lower()}\ntokens_file = "{tokens}"'
    config = f'[escalation]\nfile = "{chains}"\n{http}'
    result = check(rules, "--update-lock", config=config)
    assert 0 == result.exit_code
    told = [line for line in result.output.splitlines() if line.startswith("warning: ")]
    expected = "expected http.enabled = true: nobody is answered, and alerts ring on"
    key = f"warning: {chains}: channels.physician.answers_secret_file"
    warned = [
        f"warning: http: tokens_file: found tokens for an API that is off, {expected}",
        f"{key}: found answers that nobody hears, {expected}",
    ]
    assert ([] if enabled else warned) == told
