"""What the live feed over HTTP shows about itself; no caller is a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class FeedMetrics:
    """The metrics of the streams of one daemon."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Declare them in the registry of all others."""
        self.streams = Gauge(
            "monitord_http_streams", "Streams of the live feed that are open.", registry=registry
        )
        self.overruns = Counter(
            "monitord_http_streams_overrun",
            "Streams ended because their reader fell behind the ring.",
            registry=registry,
        )
