"""`monitord drill` reads its token from a file, and never shows what stood there."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitord.cli import main


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("The token of ops, shown this once:\nmtd_secret\n", "more than a token"),
        ("mtd_secret mtd_other", "more than a token"),
        ("mtd_secret\x07", "more than a token"),
        ("\n", "an empty file"),
        ("mtd_secr\u00e9t", "bytes that are no token"),
    ],
)
def test_a_file_that_holds_no_token_alone_is_refused_and_not_shown(
    content: str, found: str, tmp_path: Path
) -> None:
    """What `monitord token` prints has a line before the token, and is easily saved with it."""
    file = tmp_path / "token"
    file.write_text(content, "utf-8")
    told = CliRunner().invoke(main, ["drill", "--ward", "west", "--token-file", str(file)])
    assert 2 == told.exit_code
    assert f"found {found}, expected a file with a token and nothing else" in told.output
    assert "mtd_" not in told.output
