"""Writes the decisions of every story anew: `python -m tests.scenarios.rebase`.

Run it on purpose only, and read the difference: it is what changes for the people at the bedside.
"""

import sys
from pathlib import Path

from monitord.adapters.codecs.native import encode_decision
from tests.scenarios.story import STORIES, paths, play, read, snapshot_of


def written(path: Path) -> bytes:
    """Play a story and write its decisions as they would leave."""
    return b"".join(encode_decision(decision) + b"\n" for decision in play(read(path)))


def rebase() -> list[Path]:
    """Write every snapshot that changed, take away those without a story, and name them."""
    kept = {snapshot_of(path): written(path) for path in paths()}
    stray = [path for path in STORIES.glob("*.decisions.jsonl") if path not in kept]
    changed = [p for p, text in kept.items() if not p.exists() or p.read_bytes() != text]
    for path in stray:
        path.unlink()
    for path in changed:
        path.write_bytes(kept[path])
    return sorted(stray + changed)


if __name__ == "__main__":
    names = [path.name for path in rebase()]
    sys.stdout.write("\n".join(names or ["Nothing changed."]) + "\n")
