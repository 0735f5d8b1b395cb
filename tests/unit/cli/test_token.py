"""`monitord token` makes what the daemon takes."""

from pathlib import Path

from click.testing import CliRunner

from monitord.adapters.web.tokens import Role, read_tokens
from monitord.cli.token import token


def test_what_is_printed_makes_the_token_known(tmp_path: Path) -> None:
    """The table goes to standard output, the token once to standard error."""
    made = CliRunner().invoke(token, ["night-shift", "--role", "nurse"])
    assert 0 == made.exit_code
    path = tmp_path / "tokens.toml"
    path.write_text(made.stdout)
    secret = made.stderr.splitlines()[-1]
    assert secret not in made.stdout
    found = read_tokens(path).find(secret)
    assert found is not None
    assert ("night-shift", Role.NURSE) == (found.name, found.role)


def test_a_name_that_cannot_stand_in_the_file_is_refused() -> None:
    """With 2, and without a token."""
    made = CliRunner().invoke(token, ["night shift"])
    assert 2 == made.exit_code
    assert "expected 1 to 64 of" in made.stderr
    assert "" == made.stdout
