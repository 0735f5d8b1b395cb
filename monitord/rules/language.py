"""The language of a rule's condition: text in, a checked syntax tree out, or every mistake in it.

Nothing is ever evaluated here, and nothing but `ConditionProblems` is ever raised.
Knowledge: docs/rules.md is the reference of the language.
"""

from typing import cast

from monitord.rules.builder import Builder
from monitord.rules.grammar import parse_tree
from monitord.rules.problems import ConditionProblems, Fault
from monitord.rules.syntax import Clause, Condition
from monitord.rules.vocabulary import Sort, Vocabulary


def parse_condition(text: str, vocabulary: Vocabulary) -> Condition:
    """Read a condition; raises `ConditionProblems` with everything that is wrong in it."""
    faults: list[Fault] = []
    part = Builder(vocabulary, faults).transform(parse_tree(text))
    if part.sort not in (Sort.TRUTH, Sort.BROKEN):
        faults.append(Fault(part.offset, part.sort.value, "a truth, such as a comparison"))
    if faults:
        raise ConditionProblems(text, faults)
    return Condition(cast("Clause", part.node))
