"""The page about signals is what the tables say."""

from pathlib import Path

from monitord.domain.signals import SIGNALS
from monitord.domain.signals.document import BEGIN, END, tables

PAGE = Path(__file__).parents[3] / "docs" / "signals.md"


def test_the_page_shows_the_tables_as_they_are() -> None:
    """What stands between the marks of docs/signals.md is what the module prints today."""
    text = PAGE.read_text(encoding="utf-8")
    assert tables() == text[text.index(BEGIN) : text.index(END) + len(END)], (
        "docs/signals.md is behind: python -m monitord.domain.signals.document"
    )


def test_the_tables_have_a_row_for_every_signal() -> None:
    """No signal is left out."""
    rows = [line.split(" | ")[0] for line in tables().splitlines()]
    assert set() == {f"| `{s.word}`" for s in SIGNALS} - set(rows)
