"""What a rule pack looks like: the keys of a pack, a rule and an index, and what each may hold.

Knowledge: docs/rules.md explains every key; the defaults of `ack_lasts` are the house's own, to be
confirmed by the clinicians of each site.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from monitord.domain.alerts import Condition, Maturity, Priority, Scope
from monitord.domain.time import HOUR, MINUTE, Millis
from monitord.rules.documents import Document, Identifier, Prose, SpanText

# How long an acknowledged alert rests before it calls again, when the rule does not say.
ACK_LASTS_MS: Final = {
    Priority.HIGH: 30 * MINUTE,
    Priority.MEDIUM: HOUR,
    Priority.LOW: 4 * HOUR,
}

# An index counts from 0 to this much, so that two of them can be read side by side.
POINTS_MAX: Final = 100

Version = Annotated[StrictInt, Field(ge=1)]


class Pack(BaseModel):
    """The head of a pack: its name (that of its file), version, purpose, rules and indices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: Identifier
    version: Version
    description: Prose
    rule: tuple[Document, ...] = ()
    index: tuple[Document, ...] = ()


class RuleText(BaseModel):
    """One rule as it is written; with `for_each` it stands for one rule a signal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: Version
    maturity: Maturity
    condition: Condition = Condition.PHYSIOLOGICAL
    priority: Priority
    scope: Scope = Scope.PATIENT
    title: Prose
    when: str
    hold: SpanText = 0
    keep: SpanText = 0
    latching: StrictBool = False
    ack_lasts: Annotated[SpanText, Field(gt=0)] | None = None
    inhibits: tuple[str, ...] = ()
    because: Prose
    not_covered: Prose | None = None
    when_it_fires: Prose
    for_each: tuple[str, ...] = ()
    deprecated_because: Prose | None = None

    def ack_lasts_ms(self) -> Millis:
        """Return how long an acknowledgement lasts, by the rule or by its priority."""
        return ACK_LASTS_MS[self.priority] if self.ack_lasts is None else self.ack_lasts


class ItemText(BaseModel):
    """One item of an index as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: Annotated[StrictInt, Field(ge=1, le=POINTS_MAX)]
    label: Prose
    when: str
    hidden_when: str | None = None
    untrusted_when: str | None = None
    because: Prose


class IndexText(BaseModel):
    """One index as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: Version
    maturity: Maturity
    label: Prose
    applies_when: str | None = None
    because: Prose
    not_covered: Prose
    deprecated_because: Prose | None = None
    item: Annotated[tuple[ItemText, ...], Field(min_length=1)]
