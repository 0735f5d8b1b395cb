"""Reads the entries of one pack and keeps their problems, each with the entry it is in."""

from monitord.domain.alerts import Maturity
from monitord.domain.refusals import shown
from monitord.rules.language import parse_condition
from monitord.rules.problems import ConditionProblems, Problem
from monitord.rules.syntax import Condition
from monitord.rules.vocabulary import Vocabulary


class PackReader:
    """Reads one file; `owner` is the rule or index that is being read."""

    def __init__(
        self, file: str, pack: str, vocabulary: Vocabulary, problems: list[Problem]
    ) -> None:
        self.file = file
        self.pack = pack
        self.vocabulary = vocabulary
        self.problems = problems
        self.owner = ""

    def complain(self, key: str, found: str, expected: str, like: str | None = None) -> None:
        """Add a problem of what is being read."""
        self.problems.append(Problem(self.file, self.owner, key, found, expected, like))

    def condition(self, written: str, key: str = "when") -> Condition | None:
        """Parse the condition below a key; None when it has problems."""
        try:
            return parse_condition(written, self.vocabulary)
        except ConditionProblems as faulty:
            for fault in faulty.faults:
                place = f"{key}, {faulty.place(fault)}"
                self.complain(place, fault.found, fault.expected, fault.nearest)
            return None

    def check_deprecation(self, kind: str, maturity: Maturity, because: str | None) -> None:
        """Who deprecates says why, and nobody else does."""
        is_deprecated = maturity is Maturity.DEPRECATED
        if is_deprecated and because is None:
            self.complain("deprecated_because", "nothing", f"why the {kind} is deprecated")
        if because is not None and not is_deprecated:
            expected = '"deprecated", as deprecated_because says why'
            self.complain("maturity", shown(maturity.value), expected)
