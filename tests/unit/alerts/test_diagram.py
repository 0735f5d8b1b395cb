"""The drawing on the page is the table of the program."""

from pathlib import Path

from monitord.alerts.diagram import BEGIN, END, diagram, drawing, table
from monitord.alerts.transitions import Happening, Reason
from monitord.domain.alerts import Phase

PAGE = Path(__file__).parents[3] / "docs" / "alerts.md"


def test_the_page_shows_the_table_as_it_is() -> None:
    """What stands between the marks of docs/alerts.md is what the module prints today."""
    text = PAGE.read_text(encoding="utf-8")
    assert drawing() == text[text.index(BEGIN) : text.index(END) + len(END)], (
        "docs/alerts.md is behind: python -m monitord.alerts.diagram"
    )


def test_the_page_explains_every_phase() -> None:
    """Each phase has its line in words."""
    text = PAGE.read_text(encoding="utf-8")
    assert [] == [phase.name for phase in Phase if f"\n| {phase.name} |" not in text]


def test_the_drawing_has_every_phase_and_no_refusal() -> None:
    """All five phases are drawn, and what is refused is not."""
    drawn = diagram()
    assert [] == [phase.name for phase in Phase if phase.name not in drawn]
    assert Happening.RESOLVED_WHILE_TRUE.value not in drawn


def test_the_table_has_a_row_for_every_happening() -> None:
    """Every happening is a row and every phase a column."""
    rows = table().splitlines()[2:]
    assert [happening.value for happening in Happening] == [row.split(" | ")[0][2:] for row in rows]
    assert {len(Phase) + 1} == {row.count(" | ") + 1 for row in rows}
    assert Reason.CONDITION_STILL_TRUE.value in table()
