"""The memory of treatments: what runs now, what was given when, and when the cells were infused.

Treatments are a closed world: what was not reported as started is not running.
"""

from typing import Final

import numpy as np

from monitord.domain.events import TreatmentAction, TreatmentEvent
from monitord.domain.time import LONG_AGO, Millis
from monitord.domain.treatments import TREATMENT, TREATMENTS

INFUSION = TREATMENT["car_t_infusion"].index
VASOPRESSIN = TREATMENT["vasopressin"].index
VASOPRESSORS = np.array(
    [t.is_vasopressor and t.index != VASOPRESSIN for t in TREATMENTS], dtype=np.bool_
)
SEDATIVES = np.array([t.is_sedation for t in TREATMENTS], dtype=np.bool_)
FEVER_MASKS = np.array([t.masks_fever for t in TREATMENTS], dtype=np.bool_)

# More doses than any limit of a guideline counts (tocilizumab: 4 in all, NCCN CART-6).
DOSES_KEPT: Final = 16


class TreatmentMemory:
    """Treatments x rows: whether each runs, when it was last given or started, the last doses.

    `doses` (x 16) holds the instants at which it was given or started, rising, the last at the end.
    """

    def __init__(self, rows: int) -> None:
        """Allocate every place at once."""
        shape = (len(TREATMENTS), rows)
        self.is_running = np.zeros(shape, dtype=np.bool_)
        self.given_at = np.full(shape, LONG_AGO, dtype=np.int64)
        self.changed_at = np.full(shape, LONG_AGO, dtype=np.int64)
        self.doses = np.full((*shape, DOSES_KEPT), LONG_AGO, dtype=np.int64)

    def write(self, row: int, event: TreatmentEvent) -> None:
        """Take in an event; one that tells of an earlier time than the last changes no state."""
        at = (event.treatment, row)
        if event.action is not TreatmentAction.STOPPED:
            self.given_at[at] = max(int(self.given_at[at]), event.time)
            self._note_dose(at, event.time)
        if event.action is not TreatmentAction.GIVEN and event.time >= self.changed_at[at]:
            self.is_running[at] = event.action is TreatmentAction.STARTED
            self.changed_at[at] = event.time

    def count(self, treatment: int, row: int, since: Millis) -> tuple[int, Millis]:
        """Count the doses after an instant, and give the time of the oldest of them."""
        doses = self.doses[treatment, row]
        first = int(np.searchsorted(doses, since, side="right"))
        return DOSES_KEPT - first, int(doses[first]) if first < DOSES_KEPT else LONG_AGO

    def _note_dose(self, at: tuple[int, int], time: Millis) -> None:
        """Keep a dose in its place in time; the oldest gives way, and one instant is one dose."""
        doses = self.doses[at]
        place = int(np.searchsorted(doses, time))
        if place == DOSES_KEPT or (doses[place] != time and place > 0):
            doses[: place - 1] = doses[1:place].copy()
            doses[place - 1] = time

    def infused_at(self, row: int) -> Millis | None:
        """Give the time of the infusion, if one is recorded."""
        given_at = self.given_at.item(INFUSION, row)
        return None if given_at == LONG_AGO else given_at

    def wipe(self, row: int) -> None:
        """Forget everything of a row."""
        self.is_running[:, row] = False
        self.given_at[:, row] = LONG_AGO
        self.changed_at[:, row] = LONG_AGO
        self.doses[:, row] = LONG_AGO
