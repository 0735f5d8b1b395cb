"""The command line is quick to help, answers mistakes, and has the exit codes it promises."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from monitord import __version__
from monitord.cli import main
from monitord.cli.group import COMMANDS


def test_help_names_every_command_with_its_line() -> None:
    """What can be done stands on one page."""
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, line in COMMANDS.items():
        assert f"{name} " in result.output
        assert line in result.output


def test_help_imports_no_command() -> None:
    """Asking for help loads none of the libraries that commands need."""
    program = (
        "import sys; from monitord.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pydantic', 'aiomqtt', 'rich', 'monitord.cli.check'}\n"
        "sys.exit(len(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_version_is_told() -> None:
    """`--version` says which program this is."""
    result = CliRunner().invoke(main, ["--version"])
    assert result.output.strip() == f"monitord, version {__version__}"


def test_an_unknown_command_is_wrong_usage_and_answers_with_the_nearest() -> None:
    """A slip of the finger ends with 2 and a hint."""
    result = CliRunner().invoke(main, ["chekc"])
    assert result.exit_code == 2
    assert "found 'chekc', expected one of run, check," in result.output
    assert "did you mean 'check'?" in result.output


def test_an_unknown_option_is_wrong_usage() -> None:
    """Options are checked too."""
    assert CliRunner().invoke(main, ["--colour"]).exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(shell: str) -> None:
    """The script asks monitord itself for the words."""
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert f"_MONITORD_COMPLETE={shell}_complete" in result.output


def test_completion_of_commands_imports_none_of_them() -> None:
    """Pressing tab after `monitord c` offers the names that begin so."""
    context = click.Context(main, info_name="monitord")
    offered = [item.value for item in main.shell_complete(context, "c")]
    assert offered == ["check", "cases", "completion"]


def test_a_command_is_imported_when_it_is_called() -> None:
    """The table's names lead to the commands."""
    result = CliRunner().invoke(main, ["completion", "--help"])
    assert result.exit_code == 0
    assert "Print the completion script" in result.output
