"""The demonstration's board: which messages it shows, once, and how the table closes it."""

import io

import orjson
from rich.console import Console

from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import truths
from monitord.cli.board import Board, clock_time, show_verdict
from monitord.cli.verdict import judge
from monitord.domain.time import parse_time

ROOT = "monitord/v1"
START = parse_time("2026-01-05T06:00:00Z")
TRUTHS = truths(WardPlan(start=START, compress=16, first_day=2.75))
CRS = next(truth.patient for truth in TRUTHS if truth.story == "crs")
ICANS = next(truth.patient for truth in TRUTHS if truth.story == "icans")


def paper(*, colour: bool = False) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=colour,
        color_system="standard" if colour else None,
        width=120,
        highlight=False,
    )


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def told(
    board: Board, patient: str, rule: str, *, to: str = "ACTIVE", time: str = "09:12:05"
) -> None:
    alert = {
        "kind": "alert",
        "alert": f"a{rule}",
        "patient": patient,
        "time": f"2026-01-05T{time}Z",
        "rule": rule,
        "condition": "physiological",
        "priority": "high",
        "from": "PENDING",
        "to": to,
        "message": "CRS grade 2: systolic blood pressure 84 mmHg [now]; call the team.",
    }
    board.hear(f"{ROOT}/out/simulated/{patient}/alert/a{rule}", orjson.dumps(alert))


def test_an_alert_is_one_line_with_time_patient_priority_and_message() -> None:
    """The line says when on the ward's clock, who, how urgent, and what to do."""
    console = paper()
    told(Board(console, ROOT), CRS, "crs-grade-2")

    line = "CRS grade 2: systolic blood pressure 84 mmHg [now]; call the team."
    assert f"09:12  {CRS:<8} high   {line}\n" == printed(console)


def test_a_high_priority_is_red_on_a_terminal() -> None:
    """Colours are for terminals: red for high, as IEC 60601-1-8 has it."""
    console = paper(colour=True)
    told(Board(console, ROOT), CRS, "crs-grade-2")

    assert "\x1b[1;31mhigh" in printed(console)


def test_only_what_becomes_active_is_shown_and_only_once() -> None:
    """Repeated delivery, acknowledgements, ends and other topics print nothing."""
    console = paper()
    board = Board(console, ROOT)
    told(board, CRS, "crs-grade-2")
    told(board, CRS, "crs-grade-2")
    told(board, CRS, "crs-grade-2", to="ACKNOWLEDGED", time="09:20:00")
    board.hear(f"{ROOT}/out/simulated/{CRS}/alert/acrs-grade-2", b"")
    board.hear(f"{ROOT}/out/simulated/{CRS}/state", b"{}")
    board.hear(f"{ROOT}/out/rejected", b"{}")

    assert 1 == len(printed(console).splitlines())
    assert 1 == len(board.sightings)


def test_the_closing_table_names_both_patients() -> None:
    """The summary says which patient had CRS and which ICANS, and when that was noticed."""
    console = paper()
    board = Board(paper(), ROOT)
    told(board, CRS, "crs-grade-2")
    told(board, ICANS, "icans-grade-1", time="11:20:00")
    show_verdict(console, judge(TRUTHS, board.sightings))
    text = printed(console)

    assert f"CRS patient: {CRS}, grade 2 at 09:12" in text
    assert f"ICANS patient: {ICANS}, grade 1 at 11:20" in text
    assert "nobody who is well was paged for" in text
    assert all(truth.patient in text for truth in TRUTHS)


def test_what_is_wrong_is_said_and_all_is_well_is_not() -> None:
    """A missed patient is told below the table."""
    console = paper()
    show_verdict(console, judge(TRUTHS, []))

    assert f"not as it should be: {ICANS}" in printed(console)
    assert "Both were found" not in printed(console)


def test_the_ward_clock_shows_hours_and_minutes() -> None:
    """A time on the board is what a clock on the wall would show."""
    assert "06:00" == clock_time(START)
