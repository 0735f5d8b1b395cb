"""Sets up logging once: one line a happening, as JSON or, on a terminal, for the eye.

Event names are `noun.verb` (`mqtt.connected`, `tick.missed`), data are keywords. Never a payload,
never a name: bytes are told by their number, and long text is cut.
"""

import logging
import sys
from collections.abc import Callable
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from monitord.domain.time import Millis, format_time

LONGEST_VALUE: Final = 200
# Libraries that tell of every request and every packet; their warnings are ours, their chat is not.
_CHATTY: Final = ("uvicorn", "uvicorn.error", "aiomqtt", "mqtt", "asyncio")

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["auto", "json", "console"]


def set_up_logs(
    level: Level, form: Form, now: Callable[[], Millis], stream: TextIO = sys.stderr
) -> None:
    """Send every log line of this process, ours and the libraries', to `stream` in one form.

    `auto` is console on a terminal and JSON elsewhere; `now` stamps each line in UTC.
    """
    on_terminal = stream.isatty()
    as_console = form == "console" or (form == "auto" and on_terminal)
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        _stamped_by(now),
        _without_payloads,
        structlog.processors.StackInfoRenderer(),
    ]
    after: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *(_for_the_eye(on_terminal) if as_console else _for_machines()),
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=after)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _for_the_eye(colours: bool) -> list[Processor]:
    # The richer tracebacks show local variables: payloads and passwords among them.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def _for_machines() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(sort_keys=True),
    ]


def _stamped_by(now: Callable[[], Millis]) -> Processor:
    def stamp(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
        line["time"] = format_time(now())
        return line

    return stamp


def _without_payloads(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    for key, value in line.items():
        if isinstance(value, bytes | bytearray | memoryview):
            line[key] = f"({len(value)} bytes)"
        elif isinstance(value, str) and len(value) > LONGEST_VALUE:
            line[key] = f"{value[:LONGEST_VALUE]}..."
    return line
