"""What all parts of the daemon stand on."""

from contextlib import ExitStack
from dataclasses import dataclass

from monitord.adapters.clock import ScaledClock, WallClock
from monitord.adapters.metrics import Metrics
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.ticking.heart import Heart


@dataclass(frozen=True, slots=True)
class Ground:
    """What all parts stand on: settings, a ward, clock, numbers, and what must be closed again."""

    settings: Settings
    recovered: Recovered
    clock: WallClock | ScaledClock
    metrics: Metrics
    opened: ExitStack

    @property
    def heart(self) -> Heart:
        """The ward to go on with, and what can be asked of it."""
        return self.recovered.heart
