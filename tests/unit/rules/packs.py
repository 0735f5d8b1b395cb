"""Packs to try the loader on: one good rule, and ways to change it."""

from monitord.rules.book import RuleBook
from monitord.rules.loader import load
from tests.unit.rules.trees import VOCABULARY

HEAD = """\
pack = "crs"
version = 1
description = "Cytokine release syndrome."
"""

RULE = """
[[rule]]
id = "fever"
version = 1
maturity = "stable"
priority = "medium"
title = "fever"
when = "temperature.last >= 38.0"
hold = "5min"
keep = "30min"
because = "Lee 2019, CRS table."
when_it_fires = "Measure temperature now."
"""

FAMILY = """
[[rule]]
id = "stale-{signal}"
for_each = ["spo2", "heart_rate"]
version = 1
maturity = "incubating"
condition = "technical"
priority = "low"
title = "{label} not measured"
when = "{signal}.stale"
because = "docs/signals.md"
when_it_fires = "Check the sensor for {label}."
"""

GOOD = HEAD + RULE + FAMILY


def load_one(text: str, lock: str | None = None) -> RuleBook:
    """Load a single pack named crs."""
    return load({"crs.toml": text}, lock, VOCABULARY)
