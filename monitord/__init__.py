"""Watches CAR-T patients for cytokine release syndrome and neurotoxicity, and says so in time."""

__version__ = "0.1.0"
