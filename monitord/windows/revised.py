"""What becomes of a value that is corrected or retracted, and who was taken back already."""

from enum import Enum
from typing import Final

from monitord.domain.time import Millis
from monitord.windows.ring import Taken

KEPT: Final = 256


class Revised(Enum):
    """How well a value could be taken out of memory.

    EXACTLY leaves no trace. WIDELY leaves count and sum right, and a highest or lowest that may be
    too far out. After NOT_TOLD_APART the value still counts, because its slot holds others too.
    """

    NOTHING = "nothing"
    EXACTLY = "exactly"
    WIDELY = "widely"
    NOT_TOLD_APART = "not_told_apart"


def revised_by(taken: Taken | None) -> Revised:
    """Name what the grid has done."""
    if taken is None:
        return Revised.NOTHING
    if taken.value is None:
        return Revised.NOT_TOLD_APART
    return Revised.EXACTLY if taken.is_exact else Revised.WIDELY


class TakenBack:
    """The last 256 instants of each row whose value was taken out.

    A minute does not know its seconds: what is retracted twice would be taken from a neighbour.
    """

    def __init__(self) -> None:
        self._of_row: dict[int, dict[tuple[int, Millis], None]] = {}

    def has(self, signal: int, row: int, time: Millis) -> bool:
        """Tell whether the value of an instant is gone already."""
        return (signal, time) in self._of_row.get(row, {})

    def add(self, signal: int, row: int, time: Millis) -> None:
        """Remember that it is gone."""
        kept = self._of_row.setdefault(row, {})
        kept[signal, time] = None
        if len(kept) > KEPT:
            del kept[next(iter(kept))]

    def drop(self, signal: int, row: int, time: Millis) -> None:
        """Forget that it is gone: a corrected value stands there now."""
        self._of_row.get(row, {}).pop((signal, time), None)

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self._of_row.pop(row, None)
