"""What the broker is told of each decision: which topic, which payload, what is taken down.

Knowledge: the outside contract, section 4. An alert stands on its topic from when it fires until it
is quiet; one that is only pending has not fired and is not shown. Refusals follow one another on
one topic. A patient who moves takes the open alerts along, so that none stays where nobody looks.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from monitord.adapters.codecs.native import encode_decision
from monitord.adapters.mqtt.outgoing import Outgoing
from monitord.adapters.mqtt.topics import Topics
from monitord.daemon.telling.inherited import Inherited
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Rejected
from monitord.domain.time import Millis


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as it stands on its topic."""

    alert: str
    patient: str
    rule: str
    topic: str
    payload: bytes


class Bulletins:
    """Keeps account of what stands on the broker's topics, and says what must change."""

    def __init__(self, topics: Topics, outgoing: Outgoing) -> None:
        self._topics = topics
        self._outgoing = outgoing
        self._inherited = Inherited()
        self._open: dict[str, OpenAlert] = {}
        self._state_topic: dict[str, str] = {}
        # Alerts that ended before we have seen what stands on the broker; it may still show them.
        self._over: set[str] | None = set()

    def go_on_from(
        self, standing: Iterable[AlertChange], over: AbstractSet[str], now_s: float
    ) -> None:
        """Show the alerts that stood before this run, and know which are over."""
        for change in standing:
            self.alert(change, now_s)
        self._over = set(over)

    def inherit(self, found: dict[str, bytes], now: Millis, now_s: float) -> int:
        """Take over what an earlier run left; return how many alerts of it still stand."""
        ours = {one.topic for one in self._open.values()} | set(self._state_topic.values())
        over = self._over or ()
        marked = 0
        for topic, payload in found.items():
            about = self._topics.published_for(topic)
            if about is None or topic in ours or not payload:
                continue
            if about.alert in over or about.alert in self._open:
                # Over, or moved with the patient just before the last run ended.
                self._take_down([topic], now_s)
            elif about.alert:
                marked += 1
                marked_payload = self._inherited.take_alert(topic, about.patient, payload, now)
                self._outgoing.put_urgent(topic, marked_payload, now_s)
            else:
                self._inherited.take_state(topic, about.patient, now)
        self._over = None
        for one in self._open.values():
            self._take_down(self._inherited.fired_again(one.patient, one.rule), now_s)
        return marked

    def alert(self, change: AlertChange, now_s: float) -> None:
        """Show an alert as it now stands, or take it down when it is over."""
        if change.to_phase is Phase.PENDING:
            return
        if change.to_phase is Phase.QUIET:
            self._close(change.alert, now_s)
            return
        topic = self._topics.alert(change.ward, change.patient, change.alert)
        payload = encode_decision(change)
        self._show(OpenAlert(change.alert, change.patient, change.rule, topic, payload), now_s)
        self._take_down(self._inherited.fired_again(change.patient, change.rule), now_s)

    def rejected(self, refusal: Rejected, now_s: float) -> None:
        """Tell what was refused."""
        self._outgoing.put_in_line(self._topics.rejected, encode_decision(refusal), now_s)

    def state(self, ward: str, patient: str, payload: bytes, now_s: float) -> None:
        """Show a patient's state; a patient who has moved takes everything along."""
        topic = self._topics.state(ward, patient)
        before = self._state_topic.get(patient, topic)
        self._state_topic[patient] = topic
        self._inherited.replaced(topic)
        self._outgoing.put_latest(topic, payload, now_s)
        if before != topic:
            self._take_down([before], now_s)
            self._move_alerts(ward, patient, now_s)

    def gone(self, patient: str, now_s: float) -> None:
        """Take down everything about a patient who has left."""
        state = self._state_topic.pop(patient, None)
        left = self._inherited.gone(patient)
        self._take_down([state, *left] if state else left, now_s)
        for alert in [one.alert for one in self._open.values() if one.patient == patient]:
            self._close(alert, now_s)

    def expire(self, now: Millis, now_s: float) -> None:
        """Take down what an earlier run left and nobody has watched for a day."""
        self._take_down(self._inherited.expired(now), now_s)

    def repeat(self, now_s: float) -> None:
        """Show every open alert again, for a broker that may have forgotten them."""
        for one in self._open.values():
            self._outgoing.put_urgent(one.topic, one.payload, now_s)

    def shown_patients(self) -> list[str]:
        """Return the patients whose state stands on the broker."""
        return list(self._state_topic)

    def _show(self, alert: OpenAlert, now_s: float) -> None:
        before = self._open.get(alert.alert)
        if before is not None and before.topic != alert.topic:
            self._take_down([before.topic], now_s)
        self._open[alert.alert] = alert
        self._outgoing.put_urgent(alert.topic, alert.payload, now_s)

    def _close(self, alert: str, now_s: float) -> None:
        if self._over is not None:
            self._over.add(alert)
        closed = self._open.pop(alert, None)
        if closed is not None:
            self._take_down([closed.topic], now_s)

    def _move_alerts(self, ward: str, patient: str, now_s: float) -> None:
        for one in [one for one in self._open.values() if one.patient == patient]:
            topic = self._topics.alert(ward, patient, one.alert)
            self._show(replace(one, topic=topic), now_s)

    def _take_down(self, topics: list[str], now_s: float) -> None:
        for topic in topics:
            self._outgoing.put_urgent(topic, b"", now_s)
