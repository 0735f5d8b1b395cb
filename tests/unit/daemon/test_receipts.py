"""What becomes of a notification is counted, recorded, and decided where the contract says so."""

from typing import Any

import orjson
import pytest

from monitord.adapters.codecs.native import encode_decision
from monitord.daemon.calling.receipts import Receipts
from monitord.domain.decisions import Announcement
from monitord.domain.notifications import DeliveryState
from monitord.domain.time import Millis
from tests.notifications import NINE, call


class Desk:
    """Keeps all that the receipts tell."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, str]] = []
        self.recorded: list[tuple[str, dict[str, Any]]] = []
        self.decided: list[Announcement] = []
        self.receipts = Receipts(
            {call().channel: "webhook"},
            now=lambda: NINE,
            count=lambda kind, state: self.counted.append((kind, state)),
            record=self._record,
            decide=self.decided.extend,
        )

    def _record(self, what: str, at: Millis, **fields: object) -> None:
        assert NINE == at
        self.recorded.append((what, fields))


DECIDED = ["sent", "delivered", "failed", "expired"]


@pytest.mark.parametrize("state", DECIDED)
def test_the_four_states_of_the_contract_are_decisions(state: str) -> None:
    """With alert, channel and attempt; each is counted and recorded too."""
    desk = Desk()
    desk.receipts.came(call(), DeliveryState(state), "the other side's words", 3)
    [decision] = desk.decided
    written = encode_decision(decision)
    start = f'{{"kind":"notification","alert":"{call().alert}","channel":"{call().channel}",'
    assert written.startswith(f'{start}"attempt":3,"state":"{state}","time":"'.encode())
    assert [*orjson.loads(written)][5:] == ["time", "notification", "purpose", "step"]
    assert [("webhook", state)] == desk.counted
    [(what, fields)] = desk.recorded
    assert f"notification.{state}" == what
    told = (call().id, call().patient, 3, "the other side's words")
    names = ("notification", "patient", "attempt", "detail")
    assert told == tuple(fields[name] for name in names)


def test_what_a_person_was_told_stands_in_the_record_of_the_queue() -> None:
    """The sentence itself, once, when it is on the disk and before it is sent."""
    desk = Desk()
    desk.receipts.queued(call())
    [(what, fields)] = desk.recorded
    assert ("notification.queued", call().message) == (what, fields["message"])
    assert [] == desk.decided


def test_what_is_still_on_its_way_or_needless_is_no_decision() -> None:
    """It is recorded all the same, and an attempt that failed for now is not counted as a state."""
    desk = Desk()
    desk.receipts.came(call(), DeliveryState.QUEUED, "no connection", 1)
    desk.receipts.overtaken(call())
    desk.receipts.came(call(), DeliveryState.ACCEPTED, "", 1)
    assert [] == desk.decided
    whats = ["notification.delayed", "notification.overtaken", "notification.accepted"]
    assert whats == [what for what, _ in desk.recorded]
    assert [("webhook", "overtaken"), ("webhook", "accepted")] == desk.counted


def test_a_channel_that_is_no_longer_configured_is_counted_as_gone() -> None:
    """Its last calls still come to an end."""
    desk = Desk()
    desk.receipts.came(call(channel="old"), DeliveryState.EXPIRED, "", 0)
    assert [("gone", "expired")] == desk.counted
