"""The rule book: every rule of every pack, checked, in one fixed order, with its content's hash.

Knowledge: which content counts is listed in `Rule.content`; a change of any of it changes the hash.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import blake2b

from monitord.domain.alerts import AlertPolicy
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
        told["when"] = self.condition.text()
        return _digest(json.dumps(told, sort_keys=True), 16)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, sorted by pack and id."""

    rules: tuple[Rule, ...]

    @property
    def version(self) -> str:
        """A hash of the whole content and of every version."""
        lines = (f"{r.policy.rule} {r.policy.version} {r.content()}" for r in self.rules)
        return _digest("\n".join(lines), 12)


def _digest(text: str, length: int) -> str:
    return blake2b(text.encode()).hexdigest()[:length]
