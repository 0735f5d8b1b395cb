"""Puts the daemon together from its settings: every part is made here, once.

Nothing runs yet when this is done, but every file and every address that the daemon needs is open,
so that what cannot be had is known before anything is promised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson
import structlog
from fastapi import FastAPI

from monitord import __version__
from monitord.adapters.audit import Audit
from monitord.adapters.clock import ScaledClock, WallClock, make_clock, stopwatch_s
from monitord.adapters.inbox import Inbox
from monitord.adapters.journal import Journal
from monitord.adapters.kpi_metrics import KpiMetrics
from monitord.adapters.metrics import Metrics
from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.mqtt.topics import Topics
from monitord.adapters.service_manager import ServiceManager
from monitord.adapters.web.server import WebServer, make_app
from monitord.daemon.calling.calling import Doors, make_calling
from monitord.daemon.calling.dispatch import Dispatch
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.ground import Ground
from monitord.daemon.records.audit_keeping import audit_check, close_audit, open_audit, started
from monitord.daemon.records.audit_trail import Record, record_nothing, record_tick
from monitord.daemon.records.journaling import open_journal, tell_recovery
from monitord.daemon.recovery.broken import TellingFirst
from monitord.daemon.serving.api import WardDesk, api_of, make_asking
from monitord.daemon.serving.asking import Asking
from monitord.daemon.supervisor import Parts
from monitord.daemon.telling.announcing import Decide, announcing
from monitord.daemon.telling.decisions_file import DecisionsFile
from monitord.daemon.telling.delivery import Delivery
from monitord.daemon.telling.feeding import make_feeding
from monitord.daemon.telling.kpis import Kpis
from monitord.daemon.ticking.heart import Heart
from monitord.daemon.ticking.intake import Intake
from monitord.daemon.ticking.ticks import Arriving, Pace, Stepped, Ticker
from monitord.daemon.watching.connection import (
    ConnectionDiary,
    broker_options,
    patience_of,
    tell_dropped,
)
from monitord.daemon.watching.tally import Tally
from monitord.daemon.watching.watch import Watch
from monitord.domain.alerts import Maturity
from monitord.domain.time import SECOND, Millis, format_time

log = structlog.get_logger("monitord.daemon")


def clock_of(settings: Settings, metrics: Metrics) -> WallClock | ScaledClock:
    """Return the clock the settings ask for; a wall that is set is logged and counted."""

    def on_jump(jump_ms: Millis) -> None:
        metrics.clock_jumps.inc()
        log.warning("clock.jumped", jump_ms=jump_ms)

    return make_clock(settings.tick.speed, settings.tick.start, on_jump)


async def assemble(ground: Ground, environ: Mapping[str, str]) -> Parts:
    """Make every part; raises `OSError` when a file or an address cannot be had.

    Raises `ConfigProblems` and `OutboxProblem` where people are to be called and cannot be.
    """
    settings, heart, metrics = ground.settings, ground.heart, ground.metrics
    topics = Topics(settings.mqtt.root, settings.mqtt.client_id)
    inbox = Inbox(
        max_messages=settings.limits.inbox_messages,
        max_bytes=settings.limits.inbox_bytes,
        payload_bytes=settings.limits.payload_bytes,
    )
    service_manager = ServiceManager.of(environ)
    copy = _decisions_file(ground)
    kpis = _kpis(ground)
    asking = make_asking(ground, inbox, topics)
    feeding = make_feeding(ground, asking.chronicle)
    decide = announcing(metrics, kpis, copy, feeding)
    audit = _audit(ground, decide)
    record = audit.record if audit else record_nothing
    status = _Status(heart.rule_pack, ground.clock.now)
    tally = Tally(metrics, ground.recovered.remembered.heard, kpis)
    diary = ConnectionDiary(metrics, service_manager.ready)
    broker = _broker(ground, topics, inbox, diary, status)
    delivery = _delivery(ground, topics, broker, status)
    doors = Doors(broker, delivery, asking.take_aside)
    dispatch, guard, signers = await make_calling(ground, doors, record, decide)
    journal = open_journal(settings, ground.recovered, ground.clock.now(), ground.opened)
    tell_recovery(ground.recovered, journal, metrics, decide)
    intake = Intake(inbox, topics, ground.clock.ahead_of_wall)
    telling = TellingFirst(ground.recovered.left_out, intake)
    arriving = guard.sieve(telling) if guard else telling
    door, kept = (arriving, broker.acknowledge), (journal, decide, record)
    ticker = _ticker(ground, door, (delivery, dispatch, asking), tally, kept)
    watch = Watch(
        metrics=metrics,
        tally=tally,
        inbox=inbox,
        ticker=ticker,
        broker=broker,
        delivery=delivery,
        copy=copy,
        service_manager=service_manager,
        clock=ground.clock,
        count_patients=lambda: len(heart.ward.patients()),
        count_rules=lambda: len(heart.ward.watched),
        canary_deadline_s=settings.mqtt.canary_deadline_ms / SECOND,
        checks=[
            ground.recovered.check,
            *([partial(audit_check, audit)] if audit else []),
            *([dispatch.check] if dispatch else []),
            *([guard.check] if guard else []),
        ],
    )
    desk = WardDesk(heart, asking, ground.clock, dispatch)
    api = api_of(ground, desk, signers, record, feeding.feed)
    web = _web(settings, metrics, watch, api, feeding.feed.close)
    metrics.tell_build(__version__, heart.rule_pack)
    _log_start(settings, heart, web)
    now = ground.clock.now
    record("daemon.started", now(), **started(settings, heart.rule_pack))

    def ended(code: int) -> None:
        record("daemon.stopped", now(), code=code)

    return Parts(broker, ticker, delivery, dispatch, watch, web, service_manager, ended)


def _kpis(ground: Ground) -> Kpis:
    watched = [one.rule.policy for one in ground.heart.ward.watched]
    calling = [p for p in watched if p.maturity is not Maturity.SANDBOX]
    rules = [(policy.rule, policy.priority) for policy in calling]
    counted = KpiMetrics(ground.metrics.registry, rules)
    return Kpis(ground.recovered.remembered.follower, counted)


def _broker(
    ground: Ground, topics: Topics, inbox: Inbox, diary: ConnectionDiary, status: "_Status"
) -> Broker:
    def receive(topic: str, payload: bytes) -> None:
        if not inbox.put(topic, payload, ground.clock.now()):
            ground.metrics.inbox_refused.inc()

    settings = ground.settings
    waits = settings.journal.directory is not None and settings.mqtt.acknowledge == "journaled"
    return Broker(
        broker_options(ground.settings.mqtt),
        topics,
        patience_of(ground.settings.mqtt),
        receive=receive,
        tell=diary.tell,
        will=lambda: status.document("offline"),
        stopwatch_s=stopwatch_s,
        now=ground.clock.now if waits else None,
    )


def _delivery(ground: Ground, topics: Topics, broker: Broker, status: "_Status") -> Delivery:
    delivery = Delivery(
        broker,
        topics,
        ground.heart.ward,
        ground.heart.portrait,
        now=ground.clock.now,
        stopwatch_s=stopwatch_s,
        status=status.document,
        inherited=_log_inherited,
        failed=ground.metrics.publish_failures.inc,
        dropped=partial(tell_dropped, ground.metrics),
    )
    remembered = ground.recovered.remembered
    delivery.go_on_from(remembered.standing.values(), remembered.over)
    return delivery


def _ticker(
    ground: Ground,
    door: tuple[Arriving, Callable[[Millis], None]],
    takers: tuple[Delivery, Dispatch | None, Asking],
    tally: Tally,
    kept: tuple[Journal | None, Decide, Record],
) -> Ticker:
    arriving, acknowledge = door
    delivery, dispatch, asking = takers
    journal, decide, record = kept

    def hand_over(tick: Stepped) -> None:
        delivery.take(tick.decisions)  # first, so that nothing below can come before an alert
        if dispatch is not None:
            dispatch.take(tick.decisions)
        asking.take(tick.inbox, tick.decisions, tick.now)
        tally.take(tick)
        decide(tick.decisions)
        record_tick(record, tick.inbox, tick.decisions, tick.now)

    return Ticker(
        clock=ground.clock,
        pace=Pace(ground.settings.tick.period_ms, ground.settings.tick.speed),
        ward=ground.heart.ward,
        arriving=arriving,
        journal=journal,
        acknowledge=acknowledge,
        step=ground.heart.step,
        hand_over=hand_over,
        stopwatch_s=stopwatch_s,
    )


def _web(
    settings: Settings,
    metrics: Metrics,
    watch: Watch,
    api: FastAPI | None,
    end_streams: Callable[[], None],
) -> WebServer | None:
    if not settings.http.enabled:
        return None
    app = make_app(metrics.render, watch, api)
    return WebServer(app, settings.http.host, settings.http.port, end_streams)


@dataclass(frozen=True, slots=True)
class _Status:
    rule_pack: str
    now: Callable[[], Millis]

    def document(self, status: str) -> bytes:
        """Write the status; the last will is written at the connection it belongs to."""
        told = {"status": status, "version": __version__, "rule_pack": self.rule_pack}
        return orjson.dumps(told | {"time": format_time(self.now())})


def _log_inherited(count: int | None) -> None:
    if count is None:
        log.warning("alert.not_inherited", what_to_do="let us read <root>/out/# on the broker")
    else:
        log.info("alert.inherited", count=count)


def _decisions_file(ground: Ground) -> DecisionsFile | None:
    path = ground.settings.decisions.file
    if path is None:
        return None
    copy = DecisionsFile(path, ground.metrics.decisions_not_written.inc)
    return ground.opened.enter_context(copy)


def _audit(ground: Ground, decide: Decide) -> Audit | None:
    directory = ground.settings.audit.directory
    if directory is None:
        return None
    audit = open_audit(directory, ground.metrics, decide, ground.clock.now)
    ground.opened.callback(close_audit, audit)
    return audit


def _log_start(settings: Settings, heart: Heart, web: WebServer | None) -> None:
    log.info(
        "daemon.started",
        version=__version__,
        rule_pack=heart.rule_pack,
        broker=f"{settings.mqtt.host}:{settings.mqtt.port}",
        http=web.address if web else "off",
    )
