"""`monitord replay` ends in one line where a tick breaks the step, with all that came before."""

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from monitord.adapters.codecs.native import encode_event
from monitord.adapters.journal import Journal
from monitord.cli.group import main
from monitord.domain.events import Arrival, Command, Observation
from monitord.domain.time import MINUTE, SECOND
from monitord.engine.decisions import Decisions
from monitord.engine.intake import take_in
from monitord.engine.ward import Ward
from tests.unit.engine.making import START, saw

POISON = 213
FEED = [
    (START + SECOND, [saw("temperature", "39.5", START)]),
    (START + MINUTE, [saw("heart_rate", str(POISON), START + MINUTE)]),
]
TOLD = "found that the tick of 2026-01-01T00:01:00Z broke the step (AssertionError at line "


@pytest.fixture(autouse=True)
def _breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(ward: Ward, inbox: Sequence[Arrival], out: Decisions) -> list[Command]:
        commands = take_in(ward, inbox, out)
        values = [one.value for one in inbox if isinstance(one, Observation)]
        assert POISON not in values, "p-17 is half written"
        return commands

    monkeypatch.setattr("monitord.engine.step.take_in", poisoned)


def replayed(events: Path, out: Path) -> Result:
    return CliRunner().invoke(main, ["replay", str(events), "--decisions", str(out)])


def journal(folder: Path, ticks: int) -> Path:
    with Journal.open(folder, START, {}, fsync=False) as made:
        for now, inbox in FEED[:ticks]:
            made.append(now, inbox)
    return made.path


def test_a_journal_whose_last_tick_broke_the_step_ends_in_one_line(tmp_path: Path) -> None:
    """It names the tick and the place, says nothing of what the tick holds, and exits with 1."""
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    assert 0 == replayed(journal(tmp_path / "1", 1), whole).exit_code
    path = journal(tmp_path / "2", 2)
    result = replayed(path, broken)
    assert (1, 1) == (result.exit_code, len(result.output.splitlines()))
    assert result.output.startswith(f"{path}: {TOLD}")
    assert "report this as a fault of monitord" in result.output
    assert "p-17" not in result.output
    assert b"" != whole.read_bytes() == broken.read_bytes()


def test_events_that_break_the_step_end_in_one_line_too(tmp_path: Path) -> None:
    """A recording that is no journal is told of in the same way."""
    path = tmp_path / "events.jsonl"
    events = [encode_event(one) for _, inbox in FEED for one in inbox]
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in events))
    result = replayed(path, tmp_path / "out.jsonl")
    assert (1, 1) == (result.exit_code, len(result.output.splitlines()))
    assert result.output.startswith(f"{path}: {TOLD}")
