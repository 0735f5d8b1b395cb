"""What holds of every index and every patient, known and unknown, alone and in the crowd."""

from typing import Final, NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from monitord.domain.alerts import Maturity
from monitord.rules.book import Index
from monitord.rules.book import Item as RuleItem
from monitord.rules.language import parse_condition
from monitord.rules.syntax import And, Clause, Not, Or
from monitord.rules.syntax import Condition as RuleCondition
from monitord.rules.tally import Tally
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES
from monitord.scores.columns import Interval
from tests.reference import tally as twin
from tests.reference.columns import graded
from tests.reference.tally import Condition, Fact, Facts, Item

NAN: Final = float("nan")


class Word(NamedTuple):
    """A comparison, the input that it reads, and values (whole units) that make it true or not."""

    text: str
    reads: str
    true: float
    false: float


WORDS: Final = {
    word.text: word
    for word in (
        Word("heart_rate.last >= 100", "heart_rate.last", 100, 99),
        Word("spo2.last < 92", "spo2.last", 919, 920),
        Word("temperature.slope(2h) >= 0.3 per_hour", "temperature.slope(2h)", 30, 29),
        Word('oxygen_device.last == "cpap"', "oxygen_device.last", 7, 0),
        Word("tocilizumab.given(7d)", "tocilizumab.given(7d)", 1, 0),
        Word("crp.age >= 2h", "crp.age >= 2h", 1, 0),
        Word("baseline.systolic_bp > 120", "baseline.systolic_bp", 121, 120),
    )
}
VOCABULARY: Final = house_vocabulary(SCALE_NAMES)
ROOTS: Final = {word: parse_condition(word, VOCABULARY).root for word in WORDS}
facts = st.fixed_dictionaries({word: st.sampled_from([True, False, None]) for word in WORDS})


class Drawn(NamedTuple):
    """An index as the twin has it, and as it is computed."""

    items: list[Item]
    applies_when: "Condition | None"
    tally: Tally


def conditions() -> SearchStrategy[Condition]:
    def deeper(inner: SearchStrategy[Condition]) -> SearchStrategy[Condition]:
        joined = st.tuples(st.sampled_from(["and", "or"]), inner, inner)
        return st.one_of(joined, st.tuples(st.just("not"), inner))

    return st.recursive(st.sampled_from(sorted(WORDS)), deeper, max_leaves=4)


def clause(condition: Condition) -> Clause:
    """Write a condition of the twin as the tree that the language makes of it."""
    if isinstance(condition, str):
        return ROOTS[condition]
    operator, *parts = condition
    clauses = tuple(map(clause, parts))
    if operator == "not":
        return Not(clauses[0])
    return And(clauses) if operator == "and" else Or(clauses)


def tree(condition: "Condition | None") -> RuleCondition | None:
    return None if condition is None else RuleCondition(clause(condition))


@st.composite
def indices(draw: DrawFn) -> Drawn:
    maybe = st.one_of(st.none(), conditions())
    points = st.integers(1, 20)
    items = draw(st.lists(st.builds(Item, points, conditions(), maybe, maybe), max_size=5))
    items.append(Item(3, draw(conditions()), None, None))
    applies_when = draw(maybe)
    lines = tuple(
        RuleItem(
            points=item.points,
            label=str(place),
            when=RuleCondition(clause(item.when)),
            hidden_when=tree(item.hidden_when),
            untrusted_when=tree(item.untrusted_when),
            source="made up",
        )
        for place, item in enumerate(items)
    )
    index = Index(
        name="drawn",
        version=1,
        pack="small",
        maturity=Maturity.SANDBOX,
        label="Drawn index",
        applies_when=tree(applies_when),
        source="made up",
        not_covered="everything",
        items=lines,
    )
    return Drawn(items, applies_when, Tally(index))


def value(word: str, fact: Fact) -> float:
    known = WORDS[word]
    return NAN if fact is None else known.true if fact else known.false


def inputs(drawn: Drawn, of: Facts) -> dict[str, float]:
    read = {known.reads: value(word, of[word]) for word, known in WORDS.items()}
    return {entry.name: read[entry.name] for entry in drawn.tally.inputs}


def alone(drawn: Drawn, of: Facts) -> Interval:
    return drawn.tally.compute(inputs(drawn, of))  # type: ignore[arg-type]


def crowd(drawn: Drawn, ward: list[dict[str, Fact]]) -> Interval:
    rows = [inputs(drawn, of) for of in ward]
    columns = {
        entry.name: np.array([row[entry.name] for row in rows], dtype=np.float64)
        for entry in drawn.tally.inputs
    }
    return drawn.tally.compute(columns)


def bits(low: object, high: object) -> bytes:
    return np.array([low, high], dtype=np.float64).tobytes()


@given(indices(), facts)
def test_an_index_is_its_twin(drawn: Drawn, of: Facts) -> None:
    """Whatever is known of a patient, the points are those of adding up the table by hand."""
    assert twin.interval(drawn.items, drawn.applies_when, of) == graded(alone(drawn, of))


@given(indices(), st.lists(facts, min_size=1, max_size=9))
def test_alone_equals_in_the_ward(drawn: Drawn, ward: list[dict[str, Fact]]) -> None:
    """Each patient has the same bits as plain numbers, as the only one, and in the crowd."""
    together = crowd(drawn, ward)
    for row, of in enumerate(ward):
        low, high = alone(drawn, of)
        single = crowd(drawn, [of])
        assert bits(low, high) == bits(together.low[row], together.high[row])
        assert bits(low, high) == bits(single.low[0], single.high[0])


@given(indices(), facts, st.data())
def test_filling_in_a_value_never_widens(drawn: Drawn, of: Facts, data: st.DataObject) -> None:
    """Whatever an unknown reading turns out to be, the interval stays within what it was."""
    unknown = [word for word, fact in of.items() if fact is None]
    before = graded(alone(drawn, of))
    if before is None or not unknown:
        return
    then = {**of, data.draw(st.sampled_from(unknown)): data.draw(st.booleans())}
    after = graded(alone(drawn, then))
    if after is not None:
        assert before[0] <= after[0] <= after[1] <= before[1]


@given(indices(), facts)
def test_what_is_missing_is_the_twins(drawn: Drawn, of: Facts) -> None:
    """The unknown readings of unknown items are named, and nothing else."""
    ends = twin.interval(drawn.items, drawn.applies_when, of)
    is_open = ends is not None and ends[0] < ends[1]
    expected = twin.missing(drawn.items, of) if is_open else set()
    missing = drawn.tally.scale().missing(inputs(drawn, of))
    assert {WORDS[word].reads for word in expected} == set(missing)


@given(indices(), facts)
def test_the_explanation_adds_up(drawn: Drawn, of: Facts) -> None:
    """What is told to count is the low end; with what is open it is the high end."""
    ends = twin.interval(drawn.items, drawn.applies_when, of)
    if ends is None:
        return
    told = list(drawn.tally.contributions(inputs(drawn, of)))
    sure = sum(one.points for one in told if one.standing.value == "counts")
    absent = sum(one.points for one in told if one.standing.value == "absent")
    assert ends == (sure, sum(one.points for one in told) - absent)
