"""What a file of cases looks like: the keys of a case, and what each may hold.

Knowledge: docs/rules.md explains every key. The running of cases is the engine's affair.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from monitord.domain.alerts import Phase
from monitord.domain.events import CommandAction, Status, TreatmentAction
from monitord.rules.documents import Document, PastText, Prose, SpanText


class CaseKind(StrEnum):
    """What a case shows: a rule fires or an item counts; nothing does; what missing data do."""

    FIRES = "fires"
    SILENT = "silent"
    MISSING = "missing"
    COUNTS = "counts"


RULE_KINDS: Final = (CaseKind.FIRES, CaseKind.SILENT, CaseKind.MISSING)
INDEX_KINDS: Final = (CaseKind.COUNTS, CaseKind.SILENT, CaseKind.MISSING)


def _phase_named(written: object) -> object:
    names = [phase.name for phase in Phase]
    if isinstance(written, str) and written in names:
        return Phase[written]
    raise PydanticCustomError("phase", f"one of {', '.join(names)}")


def _infused_ms(written: object) -> object:
    return None if written == "no" else written


class Part(BaseModel):
    """What all parts of a case share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PatientText(Part):
    """Who the patient is; `infused` is how long before the start, or "no"."""

    age_years: Annotated[float, Field(ge=0, le=130)] | None = None
    developmental_delay: StrictBool | None = None
    baseline: Document = {}
    infused: Annotated[PastText | None, BeforeValidator(_infused_ms)] = 3 * 86_400_000


class GivenText(BaseModel):
    """What was measured and given at one time; other keys are signals with their values."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: SpanText
    every: Annotated[SpanText, Field(gt=0)] | None = None
    until: SpanText | None = None
    treatments: dict[str, TreatmentAction] = {}
    attributable: tuple[str, ...] = ()
    status: Status = Status.FINAL


class AnswerText(Part):
    """What a person answers to the alert of the case's rule."""

    at: SpanText
    action: CommandAction = CommandAction.ACKNOWLEDGE
    by: Prose = "nurse"
    until: SpanText | None = None


class ExpectText(BaseModel):
    """What must be so at one time: where the alert of the case's rule stands, and why it got there.

    Other keys are scales and indices with their intervals; `counts` names every item of the case's
    index that counts then.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    at: SpanText
    phase: Annotated[Phase | None, BeforeValidator(_phase_named)] = None
    reason: Prose | None = None
    counts: tuple[Prose, ...] | None = None


class CaseText(Part):
    """One case: a story of one patient, told for one rule or one index."""

    rule: str | None = None
    index: str | None = None
    kind: CaseKind
    story: Prose
    patient: PatientText = PatientText()
    given: tuple[GivenText, ...] = ()
    acknowledge: tuple[AnswerText, ...] = ()
    expect: Annotated[tuple[ExpectText, ...], Field(min_length=1)]

    @property
    def subject(self) -> str:
        """The id of the rule or index that the case is told for."""
        return self.rule or self.index or ""


class CaseFile(Part):
    """A file of cases."""

    case: Annotated[tuple[Document, ...], Field(min_length=1)]
