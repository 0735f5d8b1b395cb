"""Makes what calls people: chains, outbox, channels, and whoever is told what became of a call."""

import structlog

from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.mqtt.link import Publication
from monitord.adapters.outbox import Outbox
from monitord.adapters.sinks.http import make_client
from monitord.alerts.escalation import Escalation
from monitord.daemon.aside import Decide
from monitord.daemon.audit_trail import Record
from monitord.daemon.channels import Means, sinks_of
from monitord.daemon.dispatch import Dispatch
from monitord.daemon.escalation_config import load_escalation
from monitord.daemon.ground import Ground
from monitord.daemon.receipts import Receipts

log = structlog.get_logger("monitord.calls")


async def make_dispatch(
    ground: Ground, broker: Broker, record: Record, decide: Decide
) -> Dispatch | None:
    """Make it and take up what an earlier run left; None where nobody is to be called.

    Raises `ConfigProblems`, `OutboxProblem` and `OSError` where people cannot be called.
    """
    settings = ground.settings
    path = settings.escalation.file
    if path is None:
        return None
    plan = load_escalation(path, ground.clock.now())

    async def publish(topic: str, payload: bytes) -> str:
        return await broker.publish_now(Publication(topic, payload, retain=False))

    client = make_client()
    say = ground.heart.ward.settings.language
    means = Means(ground.clock.now, publish, settings.mqtt.root, client, say)
    sinks = sinks_of(path, plan.channels, means)
    receipts = Receipts(
        {name: sink.kind for name, sink in sinks.items()},
        now=ground.clock.now,
        count=ground.metrics.count_notification,
        record=record,
        decide=decide,
    )
    dispatch = Dispatch(
        Escalation(plan.chains, say),
        await Outbox.open(settings.escalation.outbox),
        sinks,
        clock=ground.clock,
        bed_of=ground.heart.ward.bed_of,
        receipts=receipts,
        release=client.aclose,
    )
    log.info("calls.resumed", alerts=await dispatch.resume(ground.recovered.remembered))
    return dispatch
