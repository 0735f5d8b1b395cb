"""Writes the decisions of every story anew: `python -m tests.scenarios.rebase`.

Run it on purpose only, and read the difference: it is what changes for the people at the bedside.
"""

import sys
from pathlib import Path
from typing import Final

from monitord.adapters.codecs.native import encode_decision
from monitord.domain.decisions import AlertChange, Assessment, Decision
from tests.scenarios.story import STORIES, paths, play, read, snapshot_of

CHINESE: Final = "zh-Hans"
TRANSLATED: Final = "fever-to-grade-3-and-back"
IN_CHINESE: Final = STORIES / f"{TRANSLATED}.{CHINESE}.txt"


def written(path: Path) -> bytes:
    """Play a story and write its decisions as they would leave."""
    return b"".join(encode_decision(decision) + b"\n" for decision in play(read(path)))


def sentences(path: Path, language: str) -> bytes:
    """Play a story in a language and write what people read, each sentence once."""
    decisions = play(read(path), language)
    said = dict.fromkeys(sentence for decision in decisions for sentence in read_by(decision))
    return "".join(f"{sentence}\n" for sentence in said).encode()


def read_by(decision: Decision) -> tuple[str, ...]:
    """Give the texts of a decision that a person reads."""
    match decision:
        case Assessment():
            return (decision.because,)
        case AlertChange():
            return (decision.message, decision.action)
        case _:
            return ()


def rebase() -> list[Path]:
    """Write every snapshot that changed, take away those without a story, and name them."""
    kept = {snapshot_of(path): written(path) for path in paths()}
    kept[IN_CHINESE] = sentences(STORIES / f"{TRANSLATED}.toml", CHINESE)
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
