"""Opens the audit, and lets everybody hear what it has to say of itself.

Alerts never wait for it, and a disk that does not take it ends nothing.
"""

import asyncio
import contextlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import orjson
import structlog

from monitord import __version__
from monitord.adapters.audit import Audit, News, NewsKind
from monitord.adapters.metrics import Metrics
from monitord.adapters.web.health import Check
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.telling.announcing import Decide
from monitord.domain.decisions import Notice
from monitord.domain.time import Millis

log = structlog.get_logger("monitord.audit")


def open_audit(
    directory: Path, metrics: Metrics, decide: Decide, now: Callable[[], Millis]
) -> Audit:
    """Open the audit in `directory`; a break and a loss become notices on the event loop.

    Raises `OSError` where another daemon writes there, or where there can be no such directory.
    """
    loop = asyncio.get_running_loop()

    def tell(news: News) -> None:
        _log_and_count(news, metrics)
        if news.kind in (NewsKind.BROKEN, NewsKind.LOST):
            notice = Notice(now(), f"audit_{news.kind}", "", news.detail)
            with contextlib.suppress(RuntimeError):  # the loop ended while the last was written
                loop.call_soon_threadsafe(decide, [notice])

    audit = Audit(directory, tell)
    metrics.audit_waiting.set_function(lambda: audit.waiting)
    return audit


def close_audit(audit: Audit) -> None:
    """Write what waits; what the disk does not take is told by its number."""
    left = audit.close()
    if left:
        log.critical("audit.not_closed", records=left, reason=audit.problem)


def audit_check(audit: Audit) -> Check:
    """Whether what is recorded reaches the disk."""
    return Check("audit", not audit.problem, audit.problem or "written", "written")


def started(settings: Settings, rule_pack: str) -> dict[str, object]:
    """What the audit says of a start: which program, rules and settings; of a file, its hash.

    Settings hold no secret, only the names of the files that do.
    """
    chains = settings.escalation.file
    return {
        "version": __version__,
        "rule_pack": rule_pack,
        "settings_sha256": _fingerprint(orjson.dumps(settings.model_dump(mode="json"))),
        "escalation_sha256": None if chains is None else _fingerprint(chains.read_bytes()),
    }


def _fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()


def _log_and_count(news: News, metrics: Metrics) -> None:
    match news.kind:
        case NewsKind.BROKEN:
            metrics.audit_breaks.inc()
            log.critical("audit.broken", detail=news.detail)
        case NewsKind.NOT_WRITTEN:
            metrics.audit_failures.inc()
            log.error("audit.not_written", reason=news.detail)
        case NewsKind.WRITTEN_AGAIN:
            log.info("audit.written_again", directory=news.detail)
        case NewsKind.LOST:
            metrics.audit_lost.inc(news.records)
            log.critical("audit.lost", records=news.records, reason=news.detail)
        case NewsKind.TORN:
            log.warning("audit.torn", file=news.detail)
