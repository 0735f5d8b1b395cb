"""The version lock: content may not change while its version stays."""

import pytest

from monitord.rules.lock import lock_problems, write_lock
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import FAMILY, GOOD, HEAD, RULE, load_one

LOCK = write_lock(load_one(GOOD))


def complaints(text: str, lock: str = LOCK) -> list[str]:
    return list(map(str, lock_problems(load_one(text), lock)))


def test_a_written_lock_agrees_with_its_book() -> None:
    """What was just locked loads without a word."""
    assert load_one(GOOD, LOCK) == load_one(GOOD)


def test_the_lock_is_sorted_and_stable() -> None:
    """The same book always gives the same lock, one line a rule by id."""
    rules = [line.split('"')[1] for line in LOCK.splitlines() if line.startswith('"')]

    assert ["fever", "stale-heart_rate", "stale-spo2"] == rules
    assert LOCK == write_lock(load_one(HEAD + FAMILY + RULE))


def test_changed_content_asks_for_a_higher_version() -> None:
    """A changed rule at its old version is refused with the exact fix."""
    (complaint,) = complaints(GOOD.replace("38.0", "38.5"))

    assert complaint.startswith('crs.toml: rule "fever", version: found changed content')
    assert complaint.endswith("expected version = 2; then run `monitord check --update-lock`")


def test_a_raised_version_asks_for_a_new_lock() -> None:
    """A changed rule at a higher version only needs the lock to follow."""
    changed = HEAD + RULE.replace("38.0", "38.5").replace("version = 1", "version = 2") + FAMILY

    (complaint,) = complaints(changed)

    assert complaint.startswith('version.lock: rule "fever", version: found version 1')
    assert complaint.endswith("expected version 2: run `monitord check --update-lock`")
    assert not complaints(changed, write_lock(load_one(changed), LOCK))


def test_a_version_may_not_go_back() -> None:
    """A rule at a lower version than the lock's is refused."""
    (complaint,) = complaints(
        GOOD, LOCK.replace('"fever" = { version = 1', '"fever" = { version = 2')
    )

    assert "found version 1, expected version = 2, as in the lock" in complaint


def test_a_new_rule_asks_for_a_new_lock() -> None:
    """A rule that the lock does not know is told."""
    (complaint,) = complaints(GOOD, write_lock(load_one(HEAD + FAMILY)))

    assert complaint.startswith('version.lock: rule "fever": found no entry')


def test_a_rule_that_is_gone_is_told() -> None:
    """A locked rule does not vanish silently."""
    (complaint,) = complaints(HEAD + FAMILY)

    assert complaint.startswith('version.lock: rule "fever": found an entry of no rule')


def test_writing_a_lock_over_a_changed_rule_is_refused() -> None:
    """The lock cannot be rewritten to hide a change."""
    with pytest.raises(PackProblems, match="expected version = 2"):
        write_lock(load_one(GOOD.replace("38.0", "38.5")), LOCK)


def test_loading_checks_the_lock() -> None:
    """A book that disagrees with its lock does not load."""
    with pytest.raises(PackProblems, match="changed content"):
        load_one(GOOD.replace("38.0", "38.5"), LOCK)


@pytest.mark.parametrize("lock", ["x = 3", "= =", '"fever" = { version = 1, content = "?" }'])
def test_a_broken_lock_is_told(lock: str) -> None:
    """A lock that cannot be read is a problem of the lock."""
    (complaint,) = complaints(GOOD, lock)

    assert complaint.startswith("version.lock: ")
