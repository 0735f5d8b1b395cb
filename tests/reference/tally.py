"""The slow plain twin of an index: one patient, one item after the other, in words of three values.

A condition is a word, or a list that begins with "and", "or" or "not"; True, False or None is
what each word is for the patient. It knows nothing of columns, arrays or masks.
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

Condition: TypeAlias = "str | tuple[str, Condition] | tuple[str, Condition, Condition]"
Fact: TypeAlias = bool | None
Facts: TypeAlias = Mapping[str, Fact]


class Item(NamedTuple):
    """One line of the table."""

    points: int
    when: Condition
    hidden_when: "Condition | None"
    untrusted_when: "Condition | None"


def truth(condition: Condition, facts: Facts) -> Fact:
    """Tell whether a condition holds; unknown decides only where the rest does not."""
    if isinstance(condition, str):
        return facts[condition]
    operator, *parts = condition
    found = [truth(part, facts) for part in parts]
    if operator == "not":
        return None if found[0] is None else not found[0]
    deciding = operator == "or"
    if deciding in found:
        return deciding
    return None if None in found else not deciding


def counts(item: Item, facts: Facts) -> Fact:
    """Tell whether an item counts; doubt that may be justified is doubt."""
    if item.untrusted_when is not None and truth(item.untrusted_when, facts) is not False:
        return None
    found = truth(item.when, facts)
    if found is True or item.hidden_when is None:
        return found
    return found if truth(item.hidden_when, facts) is False else None


def interval(
    items: list[Item], applies_when: "Condition | None", facts: Facts
) -> tuple[int, int] | None:
    """Add up what surely counts and what may count; None where the index surely does not apply."""
    if applies_when is not None and truth(applies_when, facts) is False:
        return None
    low = high = 0
    for item in items:
        match counts(item, facts):
            case True:
                low, high = low + item.points, high + item.points
            case None:
                high += item.points
    return low, high


def missing(items: list[Item], facts: Facts) -> set[str]:
    """Name the unknown words of every item that is unknown and could be known."""
    found: set[str] = set()
    for item in items:
        untrusted = item.untrusted_when is not None and truth(item.untrusted_when, facts) is True
        when = truth(item.when, facts)
        hidden = item.hidden_when is not None and truth(item.hidden_when, facts) is True
        if counts(item, facts) is not None or untrusted or (hidden and when is False):
            continue
        for condition in (item.when, item.hidden_when, item.untrusted_when):
            found |= {word for word in words(condition) if facts[word] is None}
    return found


def words(condition: "Condition | None") -> set[str]:
    """Name the words of a condition."""
    if condition is None:
        return set()
    if isinstance(condition, str):
        return {condition}
    _, *parts = condition
    return set().union(*map(words, parts))
