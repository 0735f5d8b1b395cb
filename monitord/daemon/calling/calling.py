"""Makes what calls people: chains, outbox, channels, and whoever is told what became of a call."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import structlog

from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.mqtt.link import Publication
from monitord.adapters.outbox import Outbox
from monitord.adapters.sinks.http import make_client
from monitord.adapters.web.signatures import Signers
from monitord.alerts.chains import Chain
from monitord.alerts.channel_calls import ChannelCalls
from monitord.alerts.escalation import Escalation
from monitord.daemon.calling.channel_guard import PLACE, ChannelGuard
from monitord.daemon.calling.channels import Means, sinks_of
from monitord.daemon.calling.dispatch import Dispatch
from monitord.daemon.calling.drills import Drills
from monitord.daemon.calling.hearing import signers_of
from monitord.daemon.calling.receipts import Receipts
from monitord.daemon.configuration.config_warnings import log_warnings
from monitord.daemon.configuration.escalation_config import load_escalation
from monitord.daemon.ground import Ground
from monitord.daemon.records.audit_trail import Record
from monitord.daemon.telling.announcing import Decide
from monitord.daemon.telling.delivery import Delivery
from monitord.domain.decisions import AlertChange, Announcement, Decision

log = structlog.get_logger("monitord.calls")


class Doors(NamedTuple):
    """What calling needs of MQTT: the connection, and what shows alerts on their topics.

    `seen` is told of alerts that no tick decided.
    """

    broker: Broker
    delivery: Delivery
    seen: Callable[[Sequence[Announcement]], None]


class Calling(NamedTuple):
    """What calls people, what watches over the channels, and who may answer by signed calls."""

    dispatch: Dispatch | None = None
    guard: ChannelGuard | None = None
    signers: Signers = Signers()


async def make_calling(ground: Ground, doors: Doors, record: Record, decide: Decide) -> Calling:
    """Make it and take up what an earlier run left; nothing where nobody is to be called.

    Raises `ConfigProblems`, `OutboxProblem` and `OSError` where people cannot be called.
    """
    settings = ground.settings
    path = settings.escalation.file
    plan = None if path is None else load_escalation(path, ground.clock.now())
    log_warnings(settings, plan)
    if path is None or plan is None:
        return Calling()

    async def publish(topic: str, payload: bytes) -> str:
        return await doors.broker.publish_now(Publication(topic, payload, retain=False))

    client = make_client()
    say = ground.heart.ward.settings.language
    means = Means(ground.clock.now, publish, settings.mqtt.root, client, say)
    sinks = sinks_of(path, plan.channels, means)
    signers = signers_of(path, plan.channels)
    kinds = {name: sink.kind for name, sink in sinks.items()}
    receipts = Receipts(
        kinds,
        now=ground.clock.now,
        count=ground.metrics.count_notification,
        record=record,
        decide=decide,
    )
    guard = _guard(ground, doors, plan.chains, kinds, record, decide)
    escalation = Escalation(plan.chains, say, guard.is_dead)
    dispatch = Dispatch(
        escalation,
        await Outbox.open(settings.escalation.outbox),
        sinks,
        clock=ground.clock,
        place_of=ground.heart.ward.place_of,
        receipts=receipts,
        guard=guard,
        drills=Drills(escalation, ground.clock.now),
        release=client.aclose,
    )
    log.info("calls.resumed", alerts=await dispatch.resume(ground.recovered.remembered))
    return Calling(dispatch, guard, signers)


def _guard(
    ground: Ground,
    doors: Doors,
    chains: Sequence[Chain],
    kinds: Mapping[str, str],
    record: Record,
    decide: Decide,
) -> ChannelGuard:
    metrics = ground.metrics

    def show(decisions: Sequence[Decision]) -> None:
        doors.delivery.take(decisions)
        decide(decisions)
        doors.seen(decisions)

    def show_again(standing: Sequence[AlertChange]) -> None:
        doors.delivery.take(standing)
        doors.seen(standing)
        metrics.tell_standing(standing)

    def dead(names: Sequence[str]) -> None:
        metrics.tell_dead_channels(kinds.values(), [kinds[name] for name in names])

    return ChannelGuard(
        ChannelCalls(chains, kinds, PLACE, ground.heart.ward.settings.language),
        now=ground.clock.now,
        show=show,
        show_again=show_again,
        record=record,
        dead=dead,
    )
