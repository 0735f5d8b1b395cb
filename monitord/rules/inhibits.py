"""What a rule may inhibit: checked over all packs at once, because a name may be of another pack.

An alert may only be kept from calling by one that calls at least as urgently, of the same patient,
and never by way of itself. A rule on trial calls nobody, so it keeps nobody from calling.
"""

from collections.abc import Iterator, Mapping, Sequence

from monitord.domain.alerts import AlertPolicy, Maturity, Priority
from monitord.domain.refusals import nearest, shown
from monitord.rules.problems import Problem


def inhibition_problems(found: Sequence[tuple[str, AlertPolicy]]) -> Iterator[Problem]:
    """Give what is wrong with every `inhibits` of every rule, which come with their files."""
    by_id = {policy.rule: policy for _, policy in found}
    for file, policy in found:
        owner = f'rule "{policy.rule}"'
        for word in policy.inhibits:
            other = by_id.get(word)
            if other is None:
                expected, like = "ids of rules", nearest(word, tuple(by_id))
                yield Problem(file, owner, "inhibits", shown(word), expected, like)
                continue
            mistake = _mistake(policy, other, by_id)
            if mistake is not None:
                yield Problem(file, owner, "inhibits", *mistake)


def _mistake(
    policy: AlertPolicy, other: AlertPolicy, by_id: Mapping[str, AlertPolicy]
) -> tuple[str, str] | None:
    """Say what was found and what was expected, where one rule must not inhibit another."""
    urgency = list(Priority)
    if _reaches(other.rule, policy.rule, by_id):
        return f"{shown(other.rule)}, which inhibits this rule", "no circle"
    if urgency.index(policy.priority) > urgency.index(other.priority):
        found = f"{shown(other.rule)} of {other.priority} priority"
        return found, f"rules of {policy.priority} priority or less, as this one"
    if policy.scope is not other.scope:
        found = f'{shown(other.rule)} of scope "{other.scope}"'
        return found, f'rules of scope "{policy.scope}", as this one'
    if policy.maturity is Maturity.SANDBOX and other.maturity is not Maturity.SANDBOX:
        return f"{shown(other.rule)}, which calls people", "nothing, as this rule is in the sandbox"
    return None


def _reaches(start: str, end: str, by_id: Mapping[str, AlertPolicy]) -> bool:
    """Tell whether a rule is, or inhibits by any number of steps, another."""
    seen, waiting = set[str](), [start]
    while waiting:
        rule = waiting.pop()
        if rule == end:
            return True
        if rule in by_id and rule not in seen:
            seen.add(rule)
            waiting += by_id[rule].inhibits
    return False
