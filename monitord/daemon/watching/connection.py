"""What the daemon makes of what happens to its connection: a line in the log and a number.

Knowledge: peers.md section 4, complaint 3: a client that says it is connected may be deaf.
"""

from collections.abc import Callable
from typing import assert_never

import structlog

from monitord.adapters.metrics import Metrics
from monitord.adapters.mqtt.broker import Patience
from monitord.adapters.mqtt.happenings import (
    Connected,
    Deaf,
    FellBack,
    Happening,
    Heard,
    Lost,
    PublishRefused,
    Retrying,
)
from monitord.adapters.mqtt.link import BrokerOptions, Publication
from monitord.daemon.configuration.settings import MqttSettings

log = structlog.get_logger("monitord.mqtt")


class ConnectionDiary:
    """Listens to the broker's door and writes down what it is told."""

    def __init__(self, metrics: Metrics, on_tried: Callable[[], None]) -> None:
        """Call `on_tried` once, after the first attempt to connect."""
        self._metrics = metrics
        self._on_tried = on_tried
        self._has_tried = False
        self._connections = 0

    def tell(self, happening: Happening) -> None:
        """Write down what happened."""
        match happening:
            case Connected(protocol, session_present):
                self._connected(protocol, session_present)
            case Heard():
                pass
            case Deaf(silent_ms):
                log.error("mqtt.deaf", silent_ms=silent_ms)
            case Lost(reason, was_connected):
                event = "mqtt.disconnected" if was_connected else "mqtt.unreachable"
                log.warning(event, reason=reason)
            case Retrying(delay_ms, attempt):
                log.info("mqtt.retrying", delay_ms=delay_ms, attempt=attempt)
            case FellBack(reason):
                log.warning("mqtt.fell_back", protocol="3.1.1", reason=reason)
            case PublishRefused(topic, reason):
                self._metrics.publish_failures.inc()
                log.error("publication.refused", last_level=topic.rpartition("/")[2], reason=reason)
            case _:
                assert_never(happening)
        if not self._has_tried:
            self._has_tried = True
            self._on_tried()

    def _connected(self, protocol: str, session_present: bool) -> None:
        event = "mqtt.reconnected" if self._connections else "mqtt.connected"
        log.info(event, protocol=protocol, session_present=session_present)
        if self._connections:
            self._metrics.mqtt_reconnects.inc()
        self._connections += 1


def tell_dropped(metrics: Metrics, publication: Publication) -> None:
    """Write down that a publication was dropped, because the broker will never take it."""
    metrics.publications_dropped.inc()
    log.error(
        "publication.dropped",
        last_level=publication.topic.rpartition("/")[2],
        payload_bytes=len(publication.payload),
    )


def broker_options(mqtt: MqttSettings) -> BrokerOptions:
    """Return what the door to the broker needs of the settings, the password read from its file."""
    tls = mqtt.tls
    return BrokerOptions(
        host=mqtt.host,
        port=mqtt.port,
        client_id=mqtt.client_id,
        protocol=mqtt.protocol,
        username=mqtt.username or "",
        password=mqtt.password() or "",
        tls=tls.enabled,
        ca_file=str(tls.ca_file or ""),
        certificate_file=str(tls.certificate_file or ""),
        key_file=str(tls.key_file or ""),
        keepalive_ms=mqtt.keepalive_ms,
        session_expiry_ms=mqtt.session_expiry_ms,
    )


def patience_of(mqtt: MqttSettings) -> Patience:
    """Return how long the door to the broker waits."""
    return Patience(
        reconnect_min_ms=mqtt.reconnect_min_ms,
        reconnect_max_ms=mqtt.reconnect_max_ms,
        canary_every_ms=mqtt.canary_every_ms,
        canary_deadline_ms=mqtt.canary_deadline_ms,
    )
