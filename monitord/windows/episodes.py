"""How long fever is not required: the memory of an episode in which fever was masked by treatment.

After an anti-cytokine, a steroid or an antipyretic, fever is no longer required for as long as the
episode lasts (clinical.md section 7). The episode is over when no criterion was possible for
`waiver_lasts_ms`; a treatment given before that says nothing of a later episode.
"""

import numpy as np

from monitord.domain.time import LONG_AGO, NEVER, Millis
from monitord.windows.treatments import FEVER_MASKS, TreatmentMemory


class Episodes:
    """For every row: since when no CRS criterion is possible, and up to when masks have lapsed."""

    def __init__(self, rows: int, treatments: TreatmentMemory, waiver_lasts_ms: Millis) -> None:
        """Allocate every place at once."""
        self.quiet_since = np.full(rows, LONG_AGO, dtype=np.int64)
        self.lapsed_at = np.full(rows, LONG_AGO, dtype=np.int64)
        self._treatments = treatments
        self._waiver_lasts_ms = waiver_lasts_ms

    def note(self, row: int, is_possible: bool, now: Millis) -> bool:
        """Take in whether any criterion is possible now; tell whether that is new."""
        is_quiet = self.quiet_since[row] != NEVER
        if is_possible and is_quiet:
            self.quiet_since[row] = NEVER
        elif not is_possible and not is_quiet:
            self.quiet_since[row] = now
        else:
            return False
        return True

    def waiver(self, row: int, now: Millis) -> tuple[bool, Millis]:
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
        quiet_since = int(self.quiet_since[row])
        if quiet_since == NEVER:
            return True, NEVER
        ends = max(masked_at, quiet_since) + self._waiver_lasts_ms
        if now < ends:
            return True, ends
        self.lapsed_at[row] = ends
        return False, NEVER

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.quiet_since[row] = self.lapsed_at[row] = LONG_AGO
