"""What one step has decided, put into an order that does not depend on rows or on chance."""

from monitord.domain.decisions import AlertChange, Assessment, Decision, Notice, Rejected
from monitord.domain.time import Millis


class Decisions:
    """Collects the decisions of one step at `now`."""

    def __init__(self, now: Millis) -> None:
        """Begin with nothing decided."""
        self.now = now
        self.rejected: list[Rejected] = []
        self.notices: list[Notice] = []
        self.episodes: list[Notice] = []
        self.assessments: list[Assessment] = []
        self.alerts: list[AlertChange] = []

    def reject(self, reason: str, detail: str, event: str) -> None:
        """Refuse something that arrived, by name."""
        self.rejected.append(Rejected(self.now, reason, detail, event))

    def notice(self, notice: str, patient: str, detail: str) -> None:
        """Tell something that asks nothing of anybody."""
        self.notices.append(Notice(self.now, notice, patient, detail))

    def in_order(self) -> list[Decision]:
        """Give what was refused and noticed as it came, then the rest by patient."""
        if not (self.rejected or self.notices or self.assessments or self.alerts or self.episodes):
            return []
        episodes = sorted(self.episodes, key=lambda told: (told.patient, told.detail))
        assessments = sorted(self.assessments, key=lambda told: (told.patient, told.scale))
        alerts = sorted(self.alerts, key=lambda told: (told.patient, told.rule))
        return [*self.rejected, *self.notices, *episodes, *assessments, *alerts]
