"""The cases of an index, played through the real step: what does not come true is told."""

import re
from pathlib import Path

import pytest

from monitord.engine.rehearsal import rehearse
from monitord.rules.cases import load_cases
from monitord.rules.loader import load
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES

VOCABULARY = house_vocabulary(SCALE_NAMES)
TEXT = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
*_, PACK, CASES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def failures(cases: str, pack: str = PACK) -> list[str]:
    book = load({"warming.toml": pack}, None, VOCABULARY)
    played = rehearse(book, load_cases({"warming.toml": cases}, book, VOCABULARY))
    return [str(failure) for _, failed in played for failure in failed]


def test_the_cases_of_the_reference_come_true() -> None:
    """The index of the reference does what its cases say."""
    assert [] == failures(CASES)


CHANGED = {
    "interval": ('"0..25"', '"0..24"', "it is warming 0..25, expected warming 0..24"),
    "applies": ('warming = "0..25"', 'warming = "0..25", news2 = "none"', "expected news2 none"),
    "items": (
        "counts = []",
        'counts = ["temperature rising"]',
        "it is counting nothing, expected counting temperature rising",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), CHANGED.values(), ids=CHANGED)
def test_what_does_not_come_true_is_told(old: str, new: str, said: str) -> None:
    """A failure names file, index, kind and time, what was found and what was expected."""
    assert old in CASES
    (failure,) = failures(CASES.replace(old, new))
    assert failure.startswith('cases/warming.toml: index "warming" (')
    assert said in failure


PACK_CHANGES = {
    "points": ("points = 15", "points = 16"),
    "limit": (">= 0.8", ">= 1.1"),
    "rate": ("0.3 per_hour", "1.3 per_hour"),
}


@pytest.mark.parametrize(("old", "new"), PACK_CHANGES.values(), ids=PACK_CHANGES)
def test_a_changed_index_is_noticed_by_its_cases(old: str, new: str) -> None:
    """Other points, or another limit, no longer give what the cases say."""
    assert old in PACK
    assert failures(CASES, PACK.replace(old, new))
