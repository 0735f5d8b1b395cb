"""Computes an index: adds up its points as an interval, and says which items they come from.

An index becomes a `Scale`, so that the ward grades, remembers and tells it as any other. An unknown
item counts nothing at the low end and all its points at the high end.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final, NamedTuple

from monitord.domain.features import Column, Elapsed, LastSince, ScaleColumn
from monitord.domain.language import phrase
from monitord.rules.book import Index, Item
from monitord.rules.comparisons import Judge
from monitord.rules.evaluate import columns_of, compile_condition
from monitord.rules.quantities import Patients
from monitord.rules.syntax import Condition, span_text, text
from monitord.scores.columns import FALSE, Interval, Truths, exactly, only_where, points, total
from monitord.scores.scale import Ages, Input, Inputs, PatientInputs, Scale

_NOTHING: Final = exactly(0)


class Standing(Enum):
    """How an item stands with one patient, in the words of its explanation."""

    COUNTS = "counts"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    NOT_TRUSTED = "not trusted"


class Contribution(NamedTuple):
    """What one item adds for one patient: all its points, none, or either."""

    label: str
    points: int
    standing: Standing


class _Line(NamedTuple):
    """One item ready to be judged; `reads` names the inputs of all its conditions."""

    item: Item
    when: Judge
    hidden_when: Judge | None
    untrusted_when: Judge | None
    reads: frozenset[str]


class Tally:
    """One index ready to be computed: of one patient as plain numbers, or of many as arrays."""

    def __init__(self, index: Index) -> None:
        """Compile every condition over the inputs of this index alone."""
        self.index = index
        conditions = tuple(index.conditions())
        columns = dict.fromkeys(column for c in conditions for column in columns_of(c))
        names = {column: _name(column) for column in columns}
        self.inputs = tuple(Input(name, column) for column, name in names.items())
        self._names = tuple(names.values())
        places = {column: place for place, column in enumerate(columns)}

        def judge(condition: Condition | None) -> Judge | None:
            return None if condition is None else compile_condition(condition, places)

        self._applies_when = judge(index.applies_when)
        self._lines = tuple(
            _Line(
                item,
                compile_condition(item.when, places),
                judge(item.hidden_when),
                judge(item.untrusted_when),
                frozenset(names[column] for c in item.conditions() for column in columns_of(c)),
            )
            for item in index.items
        )

    def compute(self, inputs: Inputs) -> Interval:
        """Add up the points; NaN where the index surely does not apply."""
        patients = self._patients(inputs)
        applies = None if self._applies_when is None else self._applies_when(patients).possible
        if applies is False:  # type: ignore[comparison-overlap]  # one patient: ask no item
            return exactly(float("nan"))
        added = total(*(_points(line, patients) for line in self._lines))
        return added if applies is None else only_where(applies, added)

    def contributions(self, inputs: PatientInputs) -> Iterator[Contribution]:
        """Tell of each item how it stands with one patient."""
        patients = self._patients(inputs)
        for line in self._lines:
            yield Contribution(line.item.label, line.item.points, _standing(line, patients))

    def explain(self, inputs: PatientInputs, ages: Ages) -> str:
        """Name in one sentence the items that count, and those that may."""
        say, found = ages.say, list(self.contributions(inputs))

        def listed(standing: Standing, form: str, each: str) -> str:
            items = [
                say(each, item=say(c.label), points=c.points)
                for c in found
                if c.standing is standing
            ]
            return say(form, items=say.values(items)) if items else ""

        open_item = phrase("{item} 0 to {points}")
        clauses = (
            listed(Standing.COUNTS, "{items}", phrase("{item} {points}")) or say("no item counts"),
            listed(Standing.UNKNOWN, phrase("unknown: {items}"), open_item),
            listed(Standing.NOT_TRUSTED, phrase("not trusted: {items}"), open_item),
        )
        return say.sentence(say.clauses(clauses))

    def narrows(self, name: str, inputs: PatientInputs) -> bool:
        """Tell whether an unknown input is read by an item that is unknown for want of it.

        What is not trusted stays so whatever is measured, so it misses nothing.
        """
        patients = self._patients(inputs)
        return any(
            name in line.reads and _standing(line, patients) is Standing.UNKNOWN
            for line in self._lines
        )

    def scale(self) -> Scale:
        """Make the scale that the ward grades by."""
        index = self.index
        return Scale(
            name=index.name,
            label=index.label,
            highest=sum(item.points for item in index.items),
            source=index.source,
            not_covered=(index.not_covered,),
            inputs=self.inputs,
            compute=self.compute,
            explain=self.explain,
            narrows=self.narrows,
            maturity=index.maturity,
        )

    def _patients(self, inputs: Mapping[str, object]) -> Patients:
        return [inputs[name] for name in self._names]  # type: ignore[misc]


def _points(line: _Line, patients: Patients) -> Interval:
    """Give what an item adds; what is surely absent adds nothing, which is most of them."""
    believed = _believed(line, patients)
    return _NOTHING if believed is FALSE else points(believed, line.item.points)


def _believed(line: _Line, patients: Patients) -> Truths:
    """Judge an item; what may be hidden or untrusted is open, also while that is unknown."""
    believed = line.when(patients)
    if line.hidden_when is not None:
        hidden = line.hidden_when(patients)
        if hidden is not FALSE:
            believed = Truths(believed.sure, believed.possible | hidden.possible)
    if line.untrusted_when is not None:
        doubted = line.untrusted_when(patients)
        if doubted is not FALSE:
            doubt = doubted.possible
            believed = Truths(believed.sure & (doubt ^ True), believed.possible | doubt)
    return believed


def _standing(line: _Line, patients: Patients) -> Standing:
    believed = _believed(line, patients)
    if believed.sure:
        return Standing.COUNTS
    if not believed.possible:
        return Standing.ABSENT
    if line.untrusted_when is not None and line.untrusted_when(patients).sure:
        return Standing.NOT_TRUSTED
    is_hidden = line.hidden_when is not None and bool(line.hidden_when(patients).sure)
    return (
        Standing.NOT_TRUSTED if is_hidden and not line.when(patients).possible else Standing.UNKNOWN
    )


def _name(column: Column) -> str:
    """Name an input as the language writes it; the name is the column's own."""
    match column:
        case Elapsed(age, limit_ms):
            return f"{text(age)} >= {span_text(limit_ms)}"
        case ScaleColumn() | LastSince():
            raise AssertionError(f"{column!r}: an index reads neither scales nor states")
        case _:
            return text(column)
