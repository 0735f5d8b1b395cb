"""`monitord audit` says whether the chain is whole, with its exit code, and shows what stands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitord.adapters.audit import Audit, verify
from monitord.cli import main
from monitord.domain.time import HOUR, parse_time

ROOT = Path(__file__).parents[3]
START = parse_time("2026-01-08T09:00:00Z")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = tmp_path / "audit"
    audit = Audit(made, lambda _: None)
    audit.record("alert.raised", START, alert="a1", patient="p-1", priority="high")
    told = {"alert": "a1", "patient": "p-1", "channel": "pager"}
    audit.record("notification.sent", START + HOUR, **told, attempt=1)
    audit.record("answer.accepted", START + 2 * HOUR, patient="p-2", by="nurse\n7", reason=None)
    audit.close()
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def damage(directory: Path) -> None:
    [path] = directory.glob("audit-*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"pager"', b'"nobody"'))


def test_a_whole_chain_is_fine_and_its_head_is_told(directory: Path) -> None:
    """The hash is printed, so that it can be noted elsewhere."""
    result = run("verify", directory)
    head = verify(directory).head
    assert head is not None
    told = f"fine: records 4, files 1, head 4 {head.hash}\n"
    assert (0, told) == (result.exit_code, result.output)


def test_a_changed_record_is_named_and_the_code_is_1(directory: Path) -> None:
    """File, line and what is wrong."""
    damage(directory)
    result = run("verify", directory)
    assert 1 == result.exit_code
    assert re.search(r"audit-000000000001\.jsonl:3: changed: found a record", result.output)


def test_a_directory_without_an_audit_is_a_problem(tmp_path: Path) -> None:
    """Nothing found is not fine."""
    result = run("verify", tmp_path)
    assert 1 == result.exit_code
    assert "found no file of an audit" in result.output


def test_a_directory_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """Whether it is named on the command line or by the settings."""
    assert 2 == run("verify", tmp_path / "none").exit_code
    settings = tmp_path / "monitord.toml"
    settings.write_text(f'[audit]\ndirectory = "{tmp_path / "none"}"\n')
    result = run("show", "--config", settings)
    assert 2 == result.exit_code
    assert "name its directory" in result.output


def test_the_settings_name_the_directory(directory: Path, tmp_path: Path) -> None:
    """Without DIR the daemon's own audit is looked into."""
    settings = tmp_path / "monitord.toml"
    settings.write_text(f'[audit]\ndirectory = "{directory}"\n')
    assert run("verify", "--config", settings).output.startswith("fine: records 4,")


def test_a_pipe_gets_a_line_a_record_with_tabs(directory: Path) -> None:
    """Time, what, alert, patient, channel, who, and what else there is; never a line more."""
    lines = [line.split("\t") for line in run("show", directory).stdout.splitlines()]
    assert ["chain.begun", "alert.raised", "notification.sent", "answer.accepted"] == [
        line[1] for line in lines
    ]
    sent = ["2026-01-08T10:00:00Z", "notification.sent", "a1", "p-1", "pager", "-", "attempt=1"]
    assert sent == lines[2]
    assert "nurse\ufffd7" == lines[3][5]


FILTERS = {
    "--alert a1": ["alert.raised", "notification.sent"],
    "--patient p-2": ["answer.accepted"],
    "--since 2026-01-08T10:00:00Z": ["notification.sent", "answer.accepted"],
    "--what a*": ["alert.raised", "answer.accepted"],
    "--patient p-1 --what notification.*": ["notification.sent"],
}


@pytest.mark.parametrize("options", FILTERS)
def test_filters_narrow_what_is_shown(directory: Path, options: str) -> None:
    """Several filters all hold."""
    shown = run("show", directory, "--json", *options.split()).stdout.splitlines()
    assert FILTERS[options] == [json.loads(line)["what"] for line in shown]


def test_json_gives_the_records_as_they_stand(directory: Path) -> None:
    """Byte for byte, so that even the hashes still fit."""
    [path] = directory.glob("audit-*.jsonl")
    assert path.read_text("utf-8") == run("show", directory, "--json").stdout


def test_a_damaged_line_is_passed_over_told_and_the_code_is_1(directory: Path) -> None:
    """What can still be read is shown."""
    damage(directory)
    result = run("show", directory)
    assert 1 == result.exit_code
    assert "audit-000000000001.jsonl:3: not as it was written" in result.stderr
    assert 3 == len(result.stdout.splitlines())


def test_the_script_of_the_page_finds_what_the_command_finds(directory: Path) -> None:
    """A few lines of Python without monitord check a chain as docs/audit.md says."""
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    [script] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    command = [sys.executable, "-I", "-c", script, str(directory)]
    head = verify(directory).head
    assert head is not None
    fine = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (0, f"{head.sequence} {head.hash}\n") == (fine.returncode, fine.stdout)
    damage(directory)
    broken = subprocess.run(command, capture_output=True, check=False, text=True)
    assert 1 == broken.returncode
    assert "audit-000000000001.jsonl: line 3" in broken.stderr
