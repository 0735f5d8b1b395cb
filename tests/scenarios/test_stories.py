"""Every story is decided as its page says, and as it was decided last, byte for byte."""

from pathlib import Path

import pytest

from monitord.daemon.configuration.config import load_settings
from monitord.daemon.configuration.packs import load_rules, rules_directory
from tests.scenarios.rebase import written
from tests.scenarios.story import STORIES, moved, paths, play, read, snapshot_of, told

each_story = pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
RULES = {
    rule.policy.rule for rule in load_rules(rules_directory(load_settings(None, {})), None).rules
}


@each_story
def test_all_that_is_decided_is_what_the_story_expects(path: Path) -> None:
    """Grades, what they miss, alerts and notices come at the times told, and nothing else does."""
    story = read(path)

    assert list(story.expect) == told(play(story), story.scales, story.shadow)


@each_story
def test_what_must_never_be_raised_stays_quiet(path: Path) -> None:
    """The rules that a story names exist, and none of those that must not fire moves at all."""
    story = read(path)

    assert set() == {*story.never, *story.shadow} - RULES
    assert set() == set(story.never) & moved(play(story))


@each_story
def test_the_decisions_are_those_of_last_time_byte_for_byte(path: Path) -> None:
    """Messages, evidence and ids too are unchanged since `python -m tests.scenarios.rebase`."""
    assert snapshot_of(path).read_bytes() == written(path)


def test_every_snapshot_has_its_story() -> None:
    """No decisions are kept of a story that is no longer told."""
    assert [] == sorted(set(STORIES.glob("*.decisions.jsonl")) - set(map(snapshot_of, paths())))
