"""What is asked of the daemon's health, and how the answer is told.

This room knows no reasons of its own: whoever runs the tasks says how each check stands.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Check(NamedTuple):
    """One thing that must hold: what was found, and what was expected."""

    name: str
    ok: bool
    found: str
    expected: str


class Health(Protocol):
    """Whoever can say how the daemon is; both answers must be quick and complete."""

    def live(self) -> Sequence[Check]:
        """Return the checks whose failing calls for a restart."""
        ...

    def ready(self) -> Sequence[Check]:
        """Return the checks whose failing means: do not rely on this daemon now."""
        ...


def report(checks: Sequence[Check]) -> tuple[int, dict[str, object]]:
    """Return the HTTP status, 200 or 503, and the JSON document of some checks.

    >>> report([Check("canary", False, "45 s old", "at most 30 s")])[0]
    503
    """
    failing = [check for check in checks if not check.ok]
    told = [
        {"check": check.name, "ok": check.ok, "found": check.found, "expected": check.expected}
        for check in checks
    ]
    return (503 if failing else 200), {"status": "failing" if failing else "ok", "checks": told}
