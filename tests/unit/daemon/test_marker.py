"""A start that is killed leaves in which tick it was; one that ends by itself leaves nothing."""

from contextlib import suppress
from pathlib import Path

import pytest

from monitord.daemon.recovery.marker import MOST_DEATHS, Marker
from tests.unit.engine.making import START


def die_at(folder: Path, *ticks: int) -> None:
    """Come to some ticks and leave the file as a process that was killed in the last one does."""
    with Marker(folder) as marker:
        for tick in ticks:
            marker.at(tick)
        left = (folder / "recovering").read_bytes()
    (folder / "recovering").write_bytes(left)


def test_only_what_ended_several_starts_in_a_row_is_deadly(tmp_path: Path) -> None:
    """It is the tick in which each of them was."""
    for _ in range(MOST_DEATHS):
        assert None is Marker(tmp_path).deadly()
        die_at(tmp_path, START, START + 1)
    assert START + 1 == Marker(tmp_path).deadly()


def test_a_start_that_comes_further_begins_to_count_anew(tmp_path: Path) -> None:
    """Deaths at different ticks are not the fault of any."""
    for further in range(MOST_DEATHS * 2):
        die_at(tmp_path, *range(START, START + 1 + further % 2))
    assert None is Marker(tmp_path).deadly()


def test_whoever_ends_by_itself_leaves_nothing(tmp_path: Path) -> None:
    """Also where something was raised."""
    with suppress(ArithmeticError), Marker(tmp_path) as marker:
        marker.at(START)
        raise ArithmeticError
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("left", [b"", b"not a number\n", b"1 2 3", b"\xff"])
def test_what_cannot_be_read_is_as_if_it_were_not_there(tmp_path: Path, left: bytes) -> None:
    """A start is kept from nothing by it."""
    (tmp_path / "recovering").write_bytes(left)
    with Marker(tmp_path) as marker:
        assert None is marker.deadly()


def test_a_directory_that_cannot_be_written_keeps_nobody_from_starting(tmp_path: Path) -> None:
    """Then deaths are not counted."""
    with Marker(tmp_path / "gone") as marker:
        marker.at(START)
        assert None is marker.deadly()


def test_a_disk_that_fails_at_the_end_costs_nobody_the_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ward is known by then; what is left of the file says no more than one death."""

    def fail(_: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing, Marker(tmp_path) as marker:
        marker.at(START)
        failing.setattr(Path, "unlink", fail)
    assert None is Marker(tmp_path).deadly()
