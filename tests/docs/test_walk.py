"""The walk of one reading through docs/ARCHITECTURE.md is what happens."""

import json
import re

from monitord.adapters.codecs.native import decode
from monitord.daemon.configuration.packs import load_rules
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.events import Arrival, TreatmentAction, TreatmentEvent
from monitord.domain.time import DAY, parse_time
from monitord.domain.treatments import TREATMENT
from monitord.engine.replay import replay
from monitord.engine.ward import Ward, WardSettings
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "ARCHITECTURE.md"
TEXT = PAGE.read_text("utf-8")


def test_the_reading_of_the_walk_raises_the_alert_of_the_walk() -> None:
    """The message on the page is the beginning of the one that the shipped rules give."""
    payload = json.loads(blocks(PAGE, "json")[0])
    measured = parse_time(payload["time"])
    infusion = TREATMENT["car_t_infusion"].index
    given = TreatmentEvent(
        "p-17", measured - 2 * DAY, measured - 2 * DAY, infusion, TreatmentAction.GIVEN, "tower-3"
    )
    reading = decode(
        json.dumps(payload).encode(), measured, ward="tower-3", patient="p-17", kind="observation"
    )
    arrivals: list[Arrival] = [given, *reading]
    ward = Ward(load_rules(ROOT / "rules", None), WardSettings(beds=1))
    decisions = [decision for decided in replay(ward, arrivals) for decision in decided]

    raised = [
        change
        for change in decisions
        if isinstance(change, AlertChange) and change.rule == "crs-grade-1"
    ]
    (told,) = re.findall(r"^> (.+)…$", TEXT, re.MULTILINE)
    assert [Phase.ACTIVE] == [change.to_phase for change in raised]
    assert raised[0].message.startswith(told)
    assert (raised[0].ward, raised[0].time) == ("tower-3", measured)
    assert {"crs-grade-1"} == {
        change.rule
        for change in decisions
        if isinstance(change, AlertChange) and change.rule.startswith("crs")
    }
