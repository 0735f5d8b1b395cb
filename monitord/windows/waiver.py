"""How long fever is not required, because a treatment hid it in an episode of CRS.

After an anti-cytokine, a steroid or an antipyretic, fever is no longer required for as long as the
episode lasts (clinical.md section 7). A treatment given in an episode that is over says nothing of
a later one.
"""

import numpy as np

from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.windows.episodes import EPISODIC, Episodes
from monitord.windows.treatments import FEVER_MASKS, TreatmentMemory

_CRS = EPISODIC.index("crs_astct")


class Waiver:
    """For every row: up to when masks have lapsed."""

    def __init__(self, rows: int, treatments: TreatmentMemory, episodes: Episodes) -> None:
        """Allocate every place at once."""
        self.lapsed_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self._treatments = treatments
        self._episodes = episodes

    def read(self, row: int, now: Millis) -> tuple[bool, Millis]:
        """Tell whether fever is waived now, and when that ends if nothing happens."""
        infused_at = self._treatments.infused_at(row)
        if infused_at is None:
            return False, NEVER
        if self._treatments.is_running[FEVER_MASKS, row].any():
            return True, NEVER
        masks = FEVER_MASKS
        masked_at = int(self._treatments.given_at[masks, row].max())
        masked_at = max(masked_at, int(self._treatments.changed_at[masks, row].max()))
        if masked_at < infused_at or masked_at <= self.lapsed_at[row]:
            return False, NEVER
        quiet_since = int(self._episodes.quiet_since[_CRS, row])
        if quiet_since == NEVER:
            return True, NEVER
        ends = max(masked_at, quiet_since) + self._episodes.resolved_after_ms
        if now < ends:
            return True, ends
        self.lapsed_at[row] = ends
        return False, NEVER

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.lapsed_at[row] = LONG_AGO
