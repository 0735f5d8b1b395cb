"""Puts decisions into the live feed, each with the patient and the ward it is about.

A decision does not always name them: a notification names its alert, and the one who was just
discharged is on no ward any more.
"""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Final

from monitord.adapters.codecs.native import encode_decision
from monitord.adapters.feed_metrics import FeedMetrics
from monitord.adapters.metrics import DECISION_KINDS
from monitord.adapters.web.feed import Entry, Feed
from monitord.daemon.ground import Ground
from monitord.daemon.telling.chronicle import Chronicle
from monitord.domain.decisions import AlertChange, Announcement, NotificationChange, Rejected
from monitord.engine.ward import Ward

_WARDS_KEPT: Final = 4096  # the house's own number: of patients, those who left among them


class Feeding:
    """Takes decisions as they are made; never waits."""

    def __init__(self, feed: Feed, ward: Ward, chronicle: Chronicle) -> None:
        """Remember everything, and who is where at the start."""
        self.feed = feed
        self._ward = ward
        self._chronicle = chronicle
        self._ward_of = {one: ward.ward_of(one) for one in ward.patients()}

    def take(self, decisions: Sequence[Announcement]) -> None:
        """Take in what was decided, by a tick or beside it."""
        self.feed.add([self._entry(one) for one in decisions])

    def _entry(self, decision: Announcement) -> Entry:
        patient, ward = self._about(decision)
        kind = DECISION_KINDS[type(decision)]
        return Entry(kind, patient, ward, partial(encode_decision, decision))

    def _about(self, decision: Announcement) -> tuple[str, str]:
        match decision:
            case Rejected():
                return "", ""
            case AlertChange():
                return decision.patient, self._place(decision.patient, decision.ward)
            case NotificationChange():
                story = self._chronicle.story(decision.alert)
                return self._about(story.last) if story else ("", "")
            case _:
                return decision.patient, self._place(decision.patient)

    def _place(self, patient: str, otherwise: str = "") -> str:
        """Return where a patient is, or was last, or else was said to be."""
        if patient in self._ward.memory.roster.row_of:
            self._ward_of.pop(patient, None)
            self._ward_of[patient] = self._ward.ward_of(patient)
            if len(self._ward_of) > _WARDS_KEPT:
                del self._ward_of[next(iter(self._ward_of))]
        return self._ward_of.get(patient, otherwise)


def make_feeding(ground: Ground, chronicle: Chronicle) -> Feeding:
    """Make the feed of this run, whose ids no other run has."""
    metrics = FeedMetrics(ground.metrics.registry)
    feed = Feed(secrets.token_hex(4), following=metrics.streams.set, overrun=metrics.overruns.inc)
    return Feeding(feed, ground.heart.ward, chronicle)
