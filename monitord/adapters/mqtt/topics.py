"""The names of the topics: reading those that come in, writing those that go out.

Direction comes first, so that a broker's access list is one line each way. Pure text; this room
never talks to a broker. Knowledge: the outside contract, section 4.
"""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

KINDS: Final = ("observation", "stay", "treatment", "command")

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where an event came in: the ward, the patient and the kind its topic names."""

    ward: str
    patient: str
    kind: str


@dataclass(frozen=True, slots=True)
class Published:
    """What stands on an outgoing topic: a patient's alert, or the state where that is empty."""

    ward: str
    patient: str
    alert: str


@dataclass(frozen=True, slots=True)
class BadTopic:
    """A topic below `in/` that names no ward, patient and kind; `detail` says why."""

    detail: str


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics below one root, for one client."""

    root: str
    client_id: str

    @property
    def inbound(self) -> str:
        """The filter that takes in every event."""
        return f"{self.root}/in/#"

    @property
    def canary(self) -> str:
        """The topic on which we hear ourselves."""
        return f"{self.root}/canary/{self.client_id}"

    @property
    def rejected(self) -> str:
        """The topic that tells what was refused."""
        return f"{self.root}/out/rejected"

    @property
    def status(self) -> str:
        """The topic that tells whether we are here; also the last will's."""
        return f"{self.root}/out/status"

    @property
    def every_alert(self) -> str:
        """The filter over all alerts that are open."""
        return f"{self.root}/out/+/+/alert/+"

    @property
    def every_state(self) -> str:
        """The filter over the states of all patients."""
        return f"{self.root}/out/+/+/state"

    def alert(self, ward: str, patient: str, alert: str) -> str:
        """The topic on which one alert stands while it is open."""
        return f"{self.root}/out/{ward}/{patient}/alert/{alert}"

    def state(self, ward: str, patient: str) -> str:
        """The topic on which one patient's state stands."""
        return f"{self.root}/out/{ward}/{patient}/state"

    def command(self, ward: str, patient: str) -> str:
        """The topic on which somebody answers a patient's alert."""
        return f"{self.root}/in/{ward}/{patient}/command"

    def published_for(self, topic: str) -> Published | None:
        """Return what an outgoing topic is about; None for any that we publish for no patient."""
        prefix = f"{self.root}/out/"
        match topic[len(prefix) :].split("/") if topic.startswith(prefix) else []:
            case [ward, patient, "alert", alert]:
                return Published(ward, patient, alert)
            case [ward, patient, "state"]:
                return Published(ward, patient, "")
        return None

    def read(self, topic: str) -> Address | BadTopic:
        """Read an incoming topic; never raises."""
        return _read(self.root, topic)


@lru_cache(maxsize=16_384)
def _read(root: str, topic: str) -> Address | BadTopic:
    expected = f"expected {root}/in/<ward>/<patient>/<kind>"
    shown = topic[:_SHOWN_CHARACTERS]
    prefix = f"{root}/in/"
    parts = topic[len(prefix) :].split("/") if topic.startswith(prefix) else []
    if len(parts) != 3:
        return BadTopic(f"topic {shown!r} has the wrong shape; {expected}")
    ward, patient, kind = parts
    for word, name in (("ward", ward), ("patient", patient)):
        if not _NAME.fullmatch(name):
            return BadTopic(
                f"topic {shown!r}: {word} must be 1 to 64 of A-Z a-z 0-9 . _ -; {expected}"
            )
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(KINDS)}"
        return BadTopic(f"topic {shown!r}: unknown kind {kind[:64]!r}; {hint}")
    return Address(ward, patient, kind)
