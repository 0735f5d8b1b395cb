"""Every signal the house knows, in one table; see `docs/signals.md` for the same table in prose."""

from monitord.domain.refusals import Refused
from monitord.domain.signals.signal import Kind, Signal
from monitord.domain.signals.table import SIGNAL, SIGNALS, find_signal

__all__ = ["SIGNAL", "SIGNALS", "Kind", "Refused", "Signal", "find_signal"]
