"""The packs that are shipped: they load, agree with their lock, and are complete with cases."""

from pathlib import Path

import pytest

from monitord.rules.book import RuleBook
from monitord.rules.case_schema import RULE_KINDS
from monitord.rules.cases import load_cases
from monitord.rules.loader import load
from monitord.rules.lock import LOCK_FILE, write_lock
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES

RULES = Path(__file__).parents[3] / "rules"
VOCABULARY = house_vocabulary(SCALE_NAMES)


def texts(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in directory.glob("*.toml")}


@pytest.fixture(name="book", scope="module")
def loaded() -> RuleBook:
    return load(texts(RULES), None, VOCABULARY)


def test_shipped_packs_load(book: RuleBook) -> None:
    """Every shipped pack is read without a problem."""
    assert {path.stem for path in RULES.glob("*.toml")} == {r.policy.pack for r in book.rules}


def test_the_shipped_lock_is_current(book: RuleBook) -> None:
    """No shipped rule has changed without a higher version, and the lock knows all of them."""
    lock = RULES / LOCK_FILE
    if not lock.is_file():
        pytest.skip("rules/version.lock is not written yet")

    assert write_lock(book) == lock.read_text("utf-8")


def test_shipped_rules_are_complete_with_cases(book: RuleBook) -> None:
    """Every shipped rule has a case that fires it, one that must not, and one that misses data."""
    files = texts(RULES / "cases")
    if not files:
        pytest.skip("rules/cases is not written yet")

    assert set(RULE_KINDS) <= {case.kind for case in load_cases(files, book, VOCABULARY)}
