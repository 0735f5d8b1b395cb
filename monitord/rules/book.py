"""The rule book: every rule and index of every pack, checked, in one fixed order, with its hash.

Knowledge: which content counts is listed in `Rule.content` and `Index.content`; a change of any of
it changes the hash.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import NamedTuple

from monitord.domain.alerts import AlertPolicy, Maturity
from monitord.rules.syntax import Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when it holds, and the life of the alert it raises.

    `template` is its id as written: rules that come of one `for_each` share it.
    """

    policy: AlertPolicy
    condition: Condition
    template: str

    def content(self) -> str:
        """Return a hash of all that the rule can change in a decision, but its version."""
        told = asdict(self.policy)
        del told["version"]
        if not self.policy.inhibits:
            del told["inhibits"]  # so that a rule which inhibits nothing is what it always was
        told["when"] = self.condition.text()
        return _digest(json.dumps(told, sort_keys=True), 16)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an index: its points, and when they count.

    Where `hidden_when` holds, that `when` is false is not believed; where `untrusted_when` holds,
    neither that it is false nor that it is true.
    """

    points: int
    label: str
    when: Condition
    hidden_when: Condition | None
    untrusted_when: Condition | None
    source: str

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition of the item."""
        written = (self.when, self.hidden_when, self.untrusted_when)
        return tuple(condition for condition in written if condition is not None)

    def content(self) -> list[object]:
        """Return all that the item can change in a decision, in a fixed order."""
        conditions = (_text(c) for c in (self.when, self.hidden_when, self.untrusted_when))
        return [self.points, self.label, *conditions, self.source]


@dataclass(frozen=True, slots=True)
class Index:
    """A sum of points over conditions, at most 100, for the patients to whom it applies."""

    name: str
    version: int
    pack: str
    maturity: Maturity
    label: str
    applies_when: Condition | None
    source: str
    not_covered: str
    items: tuple[Item, ...]

    def conditions(self) -> Iterator[Condition]:
        """Give every condition of the index, in the order of its items."""
        if self.applies_when is not None:
            yield self.applies_when
        for item in self.items:
            yield from item.conditions()

    def content(self) -> str:
        """Return a hash of all that the index can change in a decision, but its version."""
        own = [self.name, self.pack, self.maturity, self.label, _text(self.applies_when)]
        items = [item.content() for item in self.items]
        return _digest(json.dumps([*own, self.source, items]), 16)


class Entry(NamedTuple):
    """What the version lock keeps of a rule or an index; `kind` is the word for it."""

    kind: str
    name: str
    pack: str
    version: int
    content: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, sorted by pack and id, and all indices likewise."""

    rules: tuple[Rule, ...]
    indices: tuple[Index, ...] = ()

    @property
    def version(self) -> str:
        """A hash of the whole content and of every version."""
        lines = (f"{entry.name} {entry.version} {entry.content}" for entry in self.entries())
        return _digest("\n".join(lines), 12)

    @property
    def live_indices(self) -> tuple[Index, ...]:
        """The indices that are computed: all but the deprecated ones."""
        return tuple(i for i in self.indices if i.maturity is not Maturity.DEPRECATED)

    def entries(self) -> Iterator[Entry]:
        """Give what has a version of its own: the rules, then the indices."""
        for rule in self.rules:
            policy = rule.policy
            yield Entry("rule", policy.rule, policy.pack, policy.version, rule.content())
        for index in self.indices:
            yield Entry("index", index.name, index.pack, index.version, index.content())


def _text(condition: Condition | None) -> str:
    return "" if condition is None else condition.text()


def _digest(text: str, length: int) -> str:
    return blake2b(text.encode()).hexdigest()[:length]
