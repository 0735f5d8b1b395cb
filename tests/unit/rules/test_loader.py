"""Packs: good ones become a rule book, bad ones a list of everything that is wrong."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.alerts import AlertPolicy, Condition, Maturity, Priority, Scope
from monitord.domain.time import HOUR, MINUTE
from monitord.rules.language import parse_condition
from monitord.rules.loader import load
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import FAMILY, GOOD, HEAD, RULE, load_one
from tests.unit.rules.trees import VOCABULARY

FEVER = AlertPolicy(
    rule="fever",
    version=1,
    pack="crs",
    condition=Condition.PHYSIOLOGICAL,
    priority=Priority.MEDIUM,
    maturity=Maturity.STABLE,
    scope=Scope.PATIENT,
    hold_ms=5 * MINUTE,
    keep_ms=30 * MINUTE,
    latching=False,
    ack_lasts_ms=HOUR,
    title="fever",
    action="Measure temperature now.",
    source="Lee 2019, CRS table.",
)


def complaints(*texts: str) -> list[str]:
    files = ("crs.toml", "icans.toml")
    with pytest.raises(PackProblems) as caught:
        load(dict(zip(files, texts, strict=False)), None, VOCABULARY)
    return list(map(str, caught.value.problems))


def test_a_rule_becomes_a_policy_and_a_condition() -> None:
    """Every key of a rule arrives where the life of its alert and the evaluator look for it."""
    (rule,) = load_one(HEAD + RULE).rules

    assert FEVER == rule.policy
    assert parse_condition("temperature.last >= 38.0", VOCABULARY) == rule.condition


def test_for_each_makes_a_rule_a_signal() -> None:
    """One rule for several signals becomes several rules, with signal and label filled in."""
    rules = load_one(HEAD + FAMILY).rules

    assert ["stale-heart_rate", "stale-spo2"] == [rule.policy.rule for rule in rules]
    assert ["heart_rate.stale", "spo2.stale"] == [rule.condition.text() for rule in rules]
    assert "heart rate not measured" == rules[0].policy.title
    assert "Check the sensor for heart rate." == rules[0].policy.action
    assert {"stale-{signal}"} == {rule.template for rule in rules}


def test_rules_are_in_a_fixed_order() -> None:
    """Rules come by pack and id, whatever the order of files."""
    other = GOOD.replace('pack = "crs"', 'pack = "a"').replace("fever", "f").replace("stale-", "s-")
    packs = {"crs.toml": GOOD, "a.toml": other}
    order = [(rule.policy.pack, rule.policy.rule) for rule in load(packs, None, VOCABULARY).rules]

    assert sorted(order) == order
    assert 6 == len(order)
    backwards = load(dict(reversed(packs.items())), None, VOCABULARY)
    assert load(packs, None, VOCABULARY) == backwards


@pytest.mark.parametrize(
    ("priority", "lasts_ms"), [("high", 30 * MINUTE), ("medium", HOUR), ("low", 4 * HOUR)]
)
def test_an_acknowledgement_lasts_by_priority(priority: str, lasts_ms: int) -> None:
    """Unless the rule says, the more urgent an alert, the sooner it calls again."""
    (rule,) = load_one(HEAD + RULE.replace("medium", priority)).rules

    assert lasts_ms == rule.policy.ack_lasts_ms


def test_an_acknowledgement_lasts_as_the_rule_says() -> None:
    """A rule may say how long its acknowledgement lasts."""
    (rule,) = load_one(HEAD + RULE + 'ack_lasts = "10min"').rules

    assert 10 * MINUTE == rule.policy.ack_lasts_ms


def test_a_feed_rule_may_ask_for_the_silence_of_the_feed() -> None:
    """A rule about the whole feed reads only the feed."""
    text = RULE.replace("temperature.last >= 38.0", "feed.silence >= 30s") + 'scope = "feed"'
    (rule,) = load_one(HEAD + text).rules

    assert Scope.FEED == rule.policy.scope


def test_a_deprecated_rule_says_why() -> None:
    """A deprecated rule loads when it gives its reason."""
    text = RULE.replace("stable", "deprecated") + 'deprecated_because = "crs-grade-1 is better."'
    (rule,) = load_one(HEAD + text).rules

    assert Maturity.DEPRECATED == rule.policy.maturity


def test_the_version_of_the_book_follows_its_content() -> None:
    """The book's version is the same for the same rules and changes with any of them."""
    book = load_one(GOOD)

    assert book.version == load_one("# A comment.\n" + GOOD.replace(" >= ", "  >=  ")).version
    assert book.version != load_one(GOOD.replace("38.0", "38.1")).version
    assert book.version != load_one(GOOD.replace("version = 1", "version = 2")).version


def test_every_field_of_a_policy_counts_as_content() -> None:
    """Changing what a rule raises changes its content; its version does not."""
    (rule,) = load_one(HEAD + RULE).rules

    def content(**changes: object) -> str:
        return replace(rule, policy=replace(rule.policy, **changes)).content()  # type: ignore[arg-type]

    assert rule.content() == content(version=2)
    assert rule.content() != content(hold_ms=0)
    assert rule.content() != content(action="Wait.")


BAD = {
    "no toml": ("pack = = 1", "crs.toml: found text that is not TOML"),
    "an enormous number": ("x = 1e99999999999999999999", "found text that is not TOML"),
    "deep brackets": (f"x = {'[' * 5_000}", "found text that is not TOML"),
    "nothing": ("", "crs.toml: pack: found nothing, expected the key pack"),
    "no rules": (HEAD + "rule = []", "crs.toml: rule: found nothing, expected at least one"),
    "rule no table": (HEAD + "rule = [1]", "crs.toml: rule 1: found '1', expected"),
    "pack not as file": (GOOD.replace('"crs"', '"crt"'), "pack: found 'crt', expected \"crs\""),
    "unknown key": (
        GOOD.replace("hold", "hodl"),
        'rule "fever", hodl: found an unknown key, expected one of id, version',
    ),
    "nearest key": (GOOD.replace("hold", "hodl"), 'did you mean "hold"?'),
    "unknown head": (GOOD.replace("description", "descripton"), 'did you mean "description"?'),
    "missing key": (
        GOOD.replace('title = "fever"', ""),
        'rule "fever", title: found nothing, expected the key title',
    ),
    "missing id": (GOOD.replace('id = "fever"', ""), "rule 1 of the file, id: found nothing"),
    "bad id": (GOOD.replace('"fever"', '"Fever!"'), "expected small letters and digits"),
    "bad maturity": (
        GOOD.replace('"stable"', '"stabel"'),
        "found 'stabel', expected one of sandbox, incubating, stable, deprecated; did you mean",
    ),
    "version no number": (GOOD.replace("version = 1", 'version = "1"'), "expected a valid integer"),
    "version zero": (GOOD.replace("version = 1", "version = 0"), "expected greater than or equal"),
    "bad span": (GOOD.replace("5min", "5 minutes"), "hold: found '5 minutes', expected a span"),
    "span no text": (GOOD.replace('"5min"', "300"), "hold: found '300', expected a span in quotes"),
    "span too long": (GOOD.replace("5min", "15d"), "of at most 14d"),
    "ack of nothing": (GOOD.replace('hold = "5min"', 'ack_lasts = "0s"'), "ack_lasts: found '0s'"),
    "latching no truth": (GOOD.replace('hold = "5min"', "latching = 1"), "a valid boolean"),
    "empty prose": (
        GOOD.replace("Lee 2019, CRS table.", " "),
        "because: found ' ', expected words",
    ),
    "bad condition": (
        GOOD.replace("temperature.last", "temprature.last"),
        "crs.toml: rule \"fever\", when, column 1: found 'temprature'",
    ),
    "deprecated why": (
        GOOD.replace("stable", "deprecated"),
        'rule "fever", deprecated_because: found nothing, expected why',
    ),
    "why not deprecated": (
        HEAD + RULE + 'deprecated_because = "old"',
        "maturity: found 'stable', expected \"deprecated\"",
    ),
    "feed reads patient": (
        HEAD + RULE + 'scope = "feed"',
        "when: found readings of a patient, expected feed.silence only",
    ),
    "patient reads feed": (
        HEAD + RULE.replace("temperature.last >= 38.0", "feed.silence >= 30s"),
        "scope: found 'patient', expected \"feed\", as the rule reads feed.silence",
    ),
    "unknown place": (
        GOOD.replace("stale-{signal}", "stale-{singal}"),
        "id: found {singal}, expected {signal} or {label}",
    ),
    "place without each": (GOOD.replace('"fever"', '"{label}"'), "in a rule with for_each"),
    "same ids": (
        GOOD.replace("stale-{signal}", "stale"),
        "id: found 'stale', expected {signal} in it",
    ),
    "each of unknown": (
        GOOD.replace('"heart_rate"]', '"hart_rate"]'),
        "for_each: found 'hart_rate', expected signals; did you mean \"heart_rate\"?",
    ),
    "filled condition": (
        HEAD + FAMILY.replace("{signal}.stale", "{signal}.stal"),
        'rule "stale-spo2", when, column 6: found .stal',
    ),
    "id twice": (HEAD + RULE + RULE, 'rule "fever", id: found 2 rules of this id'),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_packs_are_refused_in_three_parts(text: str, said: str) -> None:
    """Each fault is told with file, rule, key, what was found and what belongs there."""
    assert any(said in complaint for complaint in complaints(text)), complaints(text)


def test_everything_wrong_is_told_at_once() -> None:
    """Problems of several rules in several files are all told, and none hides another."""
    first = GOOD.replace("medium", "middle").replace("temperature.last", "temprature.last")
    told = complaints(first, "pack = 1")

    assert 2 == sum('rule "fever"' in line for line in told)
    assert any(line.startswith("icans.toml: ") for line in told)


def test_a_rule_of_one_file_may_not_repeat_an_id_of_another() -> None:
    """Ids are unique over all packs, because a command names a rule by its id."""
    told = complaints(HEAD + RULE, HEAD.replace("crs", "icans") + RULE)

    assert 2 == len(told)


@given(st.text(max_size=80))
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text given as a pack is refused as a pack is refused."""
    assert complaints(text)
