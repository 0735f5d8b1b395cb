"""`monitord` with two faults in its step: one value breaks it, another kills the process."""

import os
import signal
from collections.abc import Sequence
from typing import Final
from unittest.mock import patch

from monitord.cli import main
from monitord.domain.events import Arrival, Command, Observation
from monitord.engine.decisions import Decisions
from monitord.engine.intake import take_in
from monitord.engine.ward import Ward

# Heart rates.
POISON: Final = 213
DEADLY: Final = 214


def _breaks(ward: Ward, inbox: Sequence[Arrival], out: Decisions) -> list[Command]:
    commands = take_in(ward, inbox, out)
    values = [one.value for one in inbox if isinstance(one, Observation)]
    if DEADLY in values:
        os.kill(os.getpid(), signal.SIGKILL)
    assert POISON not in values, "the ward is half written when this is found"
    return commands


if __name__ == "__main__":
    with patch("monitord.engine.step.take_in", _breaks):
        main(prog_name="monitord")
