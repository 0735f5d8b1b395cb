"""The stories told in Simplified Chinese: the same decisions, in sentences without English."""

import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.catalogue import read_language
from monitord.adapters.sinks.text import Detail, words
from monitord.alerts.escalation import Escalation
from monitord.alerts.message import message
from monitord.daemon.configuration.packs import load_rules
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange, Assessment, Decision, Evidence
from monitord.domain.notifications import Purpose
from monitord.domain.signals import SIGNALS
from monitord.domain.time import HOUR, SECOND
from monitord.domain.treatments import TREATMENTS
from monitord.rules.tally import Tally
from monitord.scores import SCALES
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, Scale
from tests.notifications import call
from tests.reference import drawing
from tests.reference.columns import one
from tests.scenarios.rebase import CHINESE, IN_CHINESE, TRANSLATED, read_by, sentences
from tests.scenarios.story import STORIES, paths, play, read
from tests.tidy.source import ROOT
from tests.unit.alerts.calling import START, chain, change, step

# What a Chinese chart writes in Latin letters: names of scores, abbreviations, units.
LATIN: Final = frozenset(
    {
        "ALT", "AST", "ASTCT", "BiPAP", "CAPD", "CAR", "CPAP", "CRP", "CRS", "D", "EASIX", "FEU",
        "FiO2", "HEMATOTOX", "HLH", "ICANS", "ICE", "IL", "INR", "NEWS2", "RASS", "SIPA", "SpO2",
        "T", "qSOFA", "s", "m",
        "C", "L", "U", "dL", "g", "mL", "min", "mg", "mmHg", "mmol", "ng", "pg",
        "siltuximab",  # told beside its Chinese name, which is one character from cetuximab's
    }
)  # fmt: skip
SAY: Final = read_language(CHINESE)
PUBLISHED: Final = [make(Grading()) for make in SCALES]
BOOK: Final = load_rules(ROOT / "rules", None)


def english(text: str) -> list[str]:
    """Find the Latin words of a text that a Chinese chart does not write."""
    return [word for word in re.findall(r"[A-Za-z][A-Za-z0-9]*", text) if word not in LATIN]


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_story_in_chinese_decides_the_same_and_has_no_english(path: Path) -> None:
    """Only what people read differs, and nothing of it stays English."""
    story = read(path)
    in_chinese = play(story, CHINESE)
    assert [_but_texts(one) for one in play(story)] == [_but_texts(one) for one in in_chinese]
    texts = {text for decision in in_chinese for text in read_by(decision)}
    assert {} == {text: words for text in texts if (words := english(text))}


def test_a_story_is_told_in_chinese_as_recorded() -> None:
    """What a nurse reads in Chinese changes only on purpose (`tests.scenarios.rebase`)."""
    told = sentences(STORIES / f"{TRANSLATED}.toml", CHINESE).decode()
    assert IN_CHINESE.read_text("utf-8").splitlines() == told.splitlines()


@pytest.mark.parametrize("scale", PUBLISHED, ids=lambda scale: scale.name)
@given(data=st.data())
def test_no_scale_explains_itself_in_english(scale: Scale, data: st.DataObject) -> None:
    """Whatever is known and whatever is missing, the reason has no English in it."""
    inputs = one(scale, data.draw(drawing.patient(scale)))
    said = f"{scale.called(SAY)} {scale.explain(inputs, _ages(inputs))}"
    assert [] == english(said), said


def test_no_index_explains_itself_in_english() -> None:
    """The name and every item of an index are told in Chinese, known or not."""
    for index in BOOK.indices:
        scale = Tally(index).scale()
        for value in (0.0, 1.0, 5_000.0, float("nan")):
            inputs = {entry.name: value for entry in scale.inputs}
            said = f"{scale.called(SAY)} {scale.explain(inputs, _ages(inputs))}"
            assert [] == english(said), said
        for item in index.items:
            assert [] == english(SAY(item.label)), item.label


def test_no_rule_speaks_english() -> None:
    """Title, values, what is missing and the action are told in Chinese by every rule."""
    words = [signal.word for signal in SIGNALS]
    evidence = [
        *(Evidence(one.word, one.value(one.low), one.unit, 0) for one in SIGNALS),
        *(Evidence(one.word, one.value(one.high), one.unit, 0) for one in SIGNALS),
        Evidence("ice_score", "due", "", 0),
        *(Evidence(one.word, "given", "", 0) for one in TREATMENTS),
    ]
    running = [Evidence(one.word, "running", "", 0) for one in TREATMENTS]
    missing = [*words, "baseline.systolic_bp", "age_years"]
    for rule in BOOK.rules:
        for shown in (evidence, running):
            said = message(rule.policy, shown, missing, 100 * HOUR, (), None, SAY)
            assert [] == english(said), said


@pytest.mark.parametrize("detail", Detail)
def test_no_channel_speaks_english(detail: Detail) -> None:
    """Whatever a channel says of an alert, whoever is called for whatever, it says in Chinese."""
    alert = {"title": "发热", "message": "发热。", "action": "呼叫医生。", "ward": "三"}
    for purpose, priority, condition, is_drill, bed in product(
        Purpose, Priority, Condition, (True, False), ("7", None)
    ):
        kind = {"purpose": purpose, "priority": priority, "condition": condition}
        told = call(**alert, **kind, is_drill=is_drill, bed=bed)
        for said in words(told, detail, SAY):
            assert [] == english(said), said


def test_a_call_that_nobody_answered_and_a_drill_are_told_in_chinese() -> None:
    """The escalation speaks the language that it is given."""
    escalation = Escalation([chain(step("护士站", 0, who="护士"), name="三")], SAY)
    drills = [*escalation.drill("west", START), *escalation.drill_over("west", START, START)]
    escalation.observe(change(Phase.ACTIVE), "7", START)
    (unanswered,) = escalation.elapse(escalation.next_deadline())
    assert SAY("Nobody answered: {title}", title="Fever") == unanswered.title
    assert "无人应答" in unanswered.title
    texts = [text for one in drills for text in (one.title, one.message, one.action)]
    assert [] == english(" ".join([*texts, unanswered.action]))


def _but_texts(decision: Decision) -> Decision:
    match decision:
        case Assessment():
            return decision._replace(because="")
        case AlertChange():
            return decision._replace(message="", action="")
        case _:
            return decision


def _ages(inputs: Iterable[str]) -> Ages:
    charted = [Evidence(name.partition(".")[0], 0, "", 0) for name in inputs]
    return Ages(charted, SECOND, SAY)
