"""Whatever is sent, the door answers, the journal keeps it, and the ward goes on."""

import json
from pathlib import Path
from random import Random

import orjson
import pytest

from monitord.adapters.codecs.native import decode, encode_decision
from monitord.adapters.journal import Journal, read_journal, read_lines
from monitord.daemon.configuration.packs import load_rules
from monitord.daemon.configuration.settings import LimitSettings, Settings
from monitord.daemon.ticking.heart import Heart
from monitord.domain.decisions import Rejected
from monitord.domain.events import Arrival, Rejection
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis, parse_time
from monitord.engine.replay import repeat
from tests.properties.streams import broken, possible

START = parse_time("2026-01-05T08:00:00Z")
RULES = Path(__file__).parents[2] / "rules"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_sent_can_be_journaled_and_read_again(seed: int, tmp_path: Path):
    """Each of three thousand broken events is taken or refused, the same from the journal too."""
    random = Random(seed)
    inboxes: list[list[Arrival]] = []
    with Journal.open(tmp_path, START, {}, fsync=False) as journal:
        for number in range(1, 3_001):
            now = START + number * SECOND
            inbox = decode(broken(random, now), now, ward="west", patient="p1")
            journal.append(now, inbox)
            inboxes.append(inbox)
    again = [inbox for _, inbox in read_journal(read_lines(journal.path))]
    refused = [one for inbox in inboxes for one in inbox if isinstance(one, Rejection)]

    assert inboxes == again
    assert len({one.reason for one in refused}) > 10
    for one in refused:
        assert encode_decision(Rejected(START, one.reason, one.detail, one.event))


def live(heart: Heart, seed: int) -> tuple[bytes, list[tuple[Millis, list[Arrival]]]]:
    """Step a ward of six beds through a stream of nine patients; give decisions and ticks."""
    random, now = Random(seed), START
    ticks: list[tuple[Millis, list[Arrival]]] = []
    decided: list[bytes] = []
    for _ in range(1_200):
        now += random.choice([SECOND, SECOND, SECOND, MINUTE, 10 * MINUTE, 2 * HOUR])
        count = random.choice([0, 0, 1, 1, 3, 20])
        events = [possible(random, now) for _ in range(count)]
        inbox = decode(json.dumps(events).encode(), now - 10, ward="west") if events else []
        if inbox or heart.ward.next_deadline() <= now:
            ticks.append((now, inbox))
            decided += map(encode_decision, heart.step(inbox, now))
        for patient in heart.ward.patients():
            assert orjson.dumps(heart.portrait(patient, now))
    return b"\n".join(decided), ticks


@pytest.mark.parametrize("seed", range(2))
def test_a_ward_goes_on_through_anything_and_does_it_again(seed: int):
    """No stream stops the ward, and the same ticks give the same decisions byte for byte."""
    book = load_rules(RULES, None)
    settings = Settings(limits=LimitSettings(beds=6))
    first, ticks = live(Heart.beating(settings, book), seed)
    second = repeat(Heart.beating(settings, book).ward, ticks)

    assert first == b"\n".join(encode_decision(one) for step in second for one in step)
    for word in (b'"alert"', b'"assessment"', b'"notice"', b'"rejected"'):
        assert b'"kind":' + word in first
