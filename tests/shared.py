"""What stands beside the project and is not part of it: grading cases and real stays.

Where it is absent, the tests that need it skip by name.
"""

from json import loads
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parents[2] / "shared"
CASES = SHARED / "vectors" / "astct-cases.jsonl"
STAYS = SHARED / "data" / "mimic-iv-demo-12.jsonl.gz"

needs_cases = pytest.mark.skipif(not CASES.exists(), reason="shared/vectors is not here")
needs_stays = pytest.mark.skipif(not STAYS.exists(), reason="shared/data is not here")


def grading_cases() -> list[dict[str, Any]]:
    """Read the grading cases; none where they are absent."""
    return [loads(line) for line in CASES.read_text("utf-8").splitlines()] if CASES.exists() else []
