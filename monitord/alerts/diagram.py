"""The alert table as a Mermaid drawing and as a Markdown table, for `docs/alerts.md`.

`python -m monitord.alerts.diagram` prints both. Nothing is drawn that the table does not say.
"""

import sys
from typing import Final

from monitord.alerts.transitions import REFUSALS, STAYS, TABLE, Happening, Move
from monitord.domain.alerts import Phase

BEGIN: Final = "<!-- drawn from the table: begin -->"
END: Final = "<!-- drawn from the table: end -->"


def diagram() -> str:
    """Draw every move as Mermaid; what changes nothing, and what is refused, is left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {Phase.QUIET.name}"]
    for before in Phase:
        for after in Phase:
            labels = _between(before, after)
            if labels:
                lines.append(f"    {before.name} --> {after.name}: {'<br/>'.join(labels)}")
    return "\n".join(lines)


def table() -> str:
    """Write every pair of happening and phase as a row of a Markdown table."""
    head = f"| happening | {' | '.join(phase.name for phase in Phase)} |"
    rule = "|---" * (len(Phase) + 1) + "|"
    rows = [
        f"| {happening.value} | {' | '.join(_cell(TABLE[phase][happening]) for phase in Phase)} |"
        for happening in Happening
    ]
    return "\n".join([head, rule, *rows])


def drawing() -> str:
    """The generated part of the page, between its two marks."""
    return f"{BEGIN}\n\n```mermaid\n{diagram()}\n```\n\n{table()}\n\n{END}"


def _between(before: Phase, after: Phase) -> list[str]:
    return [
        happening.value
        for happening, move in TABLE[before].items()
        if move.phase is after and move.reason not in STAYS | REFUSALS
    ]


def _cell(move: Move) -> str:
    if move.reason in STAYS:
        return f"stay: `{move.reason.value}`"
    if move.reason in REFUSALS:
        return f"refuse: `{move.reason.value}`"
    return f"**{move.phase.name}**: `{move.reason.value}`"


if __name__ == "__main__":
    sys.stdout.write(f"{drawing()}\n")
