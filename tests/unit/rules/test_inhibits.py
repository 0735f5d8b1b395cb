"""What a rule may inhibit, and what is refused by name."""

import pytest

from monitord.rules.loader import load
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import HEAD, RULE, load_one
from tests.unit.rules.trees import VOCABULARY


def written(name: str, *inhibits: str, priority: str = "medium", maturity: str = "stable") -> str:
    """Write one rule as a pack holds it."""
    names = ", ".join(f'"{other}"' for other in inhibits)
    return (
        RULE.replace('id = "fever"', f'id = "{name}"\ninhibits = [{names}]')
        .replace('"medium"', f'"{priority}"')
        .replace('"stable"', f'"{maturity}"')
    )


def found(rule: str, word: str) -> str:
    """Write the beginning of a problem."""
    return f'crs.toml: rule "{rule}", inhibits: found {word!r}'


def complaints(*rules: str) -> list[str]:
    with pytest.raises(PackProblems) as caught:
        load_one(HEAD + "".join(rules))
    return list(map(str, caught.value.problems))


def test_a_rule_inhibits_others_by_their_ids() -> None:
    """The names arrive where the life of the alerts looks for them."""
    book = load_one(HEAD + written("a", priority="low") + written("b", "a"))
    assert [(), ("a",)] == [rule.policy.inhibits for rule in book.rules]


def test_a_rule_may_inhibit_one_of_another_pack() -> None:
    """Names are looked up once all packs are read."""
    other = HEAD.replace('"crs"', '"icans"') + written("b", "a")
    book = load({"crs.toml": HEAD + written("a"), "icans.toml": other}, None, VOCABULARY)
    assert [(), ("a",)] == [rule.policy.inhibits for rule in book.rules]


def test_an_unknown_name_is_refused() -> None:
    """A misspelt grade would let everything call, and nobody would know why."""
    expected = found("b", "grad-1") + ', expected ids of rules; did you mean "grade-1"?'
    assert [expected] == complaints(written("grade-1"), written("b", "grad-1"))


def test_what_is_more_urgent_is_never_inhibited() -> None:
    """An alert of low priority cannot keep one of high priority from calling."""
    expected = (
        found("b", "a") + " of high priority, expected rules of low priority or less, as this one"
    )
    assert [expected] == complaints(
        written("a", priority="high"), written("b", "a", priority="low")
    )


def test_alerts_never_inhibit_one_another_in_a_circle() -> None:
    """Otherwise all would be quiet, each for the sake of another."""
    told = complaints(written("a", "c"), written("b", "a"), written("c", "b"))
    expected = [
        found(rule, other) + ", which inhibits this rule, expected no circle"
        for rule, other in (("a", "c"), ("b", "a"), ("c", "b"))
    ]
    assert expected == told
    assert 1 == len(complaints(written("a", "a")))


def test_a_rule_on_trial_keeps_nobody_from_calling() -> None:
    """A rule in the sandbox calls nobody, so what it inhibited would be lost."""
    expected = (
        found("b", "a") + ", which calls people, expected nothing, as this rule is in the sandbox"
    )
    assert [expected] == complaints(written("a"), written("b", "a", maturity="sandbox"))
    both = written("a", maturity="sandbox") + written("b", "a", maturity="sandbox")
    assert 2 == len(load_one(HEAD + both).rules)


def test_the_feed_inhibits_no_patient() -> None:
    """Alerts of another scope are of another bed, and would never meet."""
    feed = written("b", "a").replace("temperature.last >= 38.0", "feed.silence >= 1h")
    feed = feed.replace('priority = "medium"', 'priority = "medium"\nscope = "feed"')
    expected = found("b", "a") + ' of scope "patient", expected rules of scope "feed", as this one'
    assert [expected] == complaints(written("a"), feed)


def test_what_a_rule_inhibits_is_part_of_its_content() -> None:
    """A change of it asks for a new version, and a rule that inhibits nothing stays as it was."""
    plain, inhibiting = (
        load_one(HEAD + written("a") + written("b", *names)).rules[1].content()
        for names in ((), ("a",))
    )
    assert plain != inhibiting
    without = RULE.replace('id = "fever"', 'id = "b"')
    assert plain == load_one(HEAD + without).rules[0].content()
