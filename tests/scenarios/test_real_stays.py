"""Twelve real intensive-care stays through `monitord replay`: real gaps and real junk."""

from collections import Counter
from json import loads
from pathlib import Path

from click.testing import CliRunner

from monitord.cli import main
from tests.shared import STAYS, needs_stays


def decisions_of(tmp_path: Path, name: str) -> bytes:
    """Replay the stays by the command and give the decisions as written."""
    out = tmp_path / name
    result = CliRunner().invoke(main, ["replay", str(STAYS), "--decisions", str(out)])
    assert result.exit_code == 0, result.output
    assert "16280 events of 12 patients" in result.stderr
    return out.read_bytes()


@needs_stays
def test_two_replays_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    """The decisions of two runs over the same events do not differ in one byte."""
    assert decisions_of(tmp_path, "first") == decisions_of(tmp_path, "second")


@needs_stays
def test_junk_is_refused_by_name_and_nothing_else(tmp_path: Path) -> None:
    """Impossible values and texts in place of numbers are refused; every other event is used."""
    told = [loads(line) for line in decisions_of(tmp_path, "out").splitlines()]
    refused = Counter(one["reason"] for one in told if one["kind"] == "rejected")

    assert {"impossible_value": 6, "wrong_type": 5} == refused


@needs_stays
def test_patients_who_were_never_infused_have_no_grade_of_crs_or_icans(tmp_path: Path) -> None:
    """None of these patients had CAR-T cells: both scales stay at 0, with the reason said."""
    told = [loads(line) for line in decisions_of(tmp_path, "out").splitlines()]
    graded = [one for one in told if one.get("scale") in ("crs_astct", "icans_astct")]

    assert {(0, 0)} == {(one["low"], one["high"]) for one in graded}
    assert all("no CAR-T infusion is recorded" in one["because"] for one in graded)
