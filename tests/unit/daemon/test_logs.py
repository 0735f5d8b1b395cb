"""Log lines are JSON or console, stamped by the clock that was handed in, and hold no payload."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from monitord.daemon.logs import LONGEST_VALUE, set_up_logs
from monitord.domain.time import Millis, parse_time

NINE = parse_time("2026-01-08T09:00:00Z")


def nine() -> Millis:
    return NINE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_elsewhere_than_on_a_terminal_lines_are_json() -> None:
    """One object a line: event, level, time, and what was said."""
    stream = io.StringIO()
    set_up_logs("info", "auto", nine, stream)
    structlog.get_logger("monitord.mqtt").info("mqtt.connected", host="broker", protocol="5")
    assert lines(stream) == [
        {
            "event": "mqtt.connected",
            "host": "broker",
            "level": "info",
            "logger": "monitord.mqtt",
            "protocol": "5",
            "time": "2026-01-08T09:00:00Z",
        }
    ]


def test_on_a_terminal_lines_are_for_the_eye() -> None:
    """Console when a person looks, JSON all the same when it was asked for."""
    stream = Terminal()
    set_up_logs("info", "auto", nine, stream)
    structlog.get_logger("m").info("tick.missed", ticks=3)
    assert "tick.missed" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    asked = Terminal()
    set_up_logs("info", "json", nine, asked)
    structlog.get_logger("m").info("tick.missed", ticks=3)
    assert lines(asked)[0]["ticks"] == 3


def test_payloads_and_long_text_stay_out() -> None:
    """Bytes are told by their number; text is cut."""
    stream = io.StringIO()
    set_up_logs("info", "json", nine, stream)
    structlog.get_logger("m").info("event.rejected", payload=b"secret", detail="x" * 1000)
    [line] = lines(stream)
    assert line["payload"] == "(6 bytes)"
    assert line["detail"] == "x" * LONGEST_VALUE + "..."


def test_lines_below_the_level_are_not_written() -> None:
    """A warning passes where information does not."""
    stream = io.StringIO()
    set_up_logs("warning", "json", nine, stream)
    structlog.get_logger("m").info("tick.done")
    structlog.get_logger("m").warning("tick.late")
    assert [line["event"] for line in lines(stream)] == ["tick.late"]


def test_libraries_speak_in_the_same_form_but_only_when_it_matters() -> None:
    """Their warnings are lines like ours; their chat is left out."""
    stream = io.StringIO()
    set_up_logs("info", "json", nine, stream)
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("uvicorn.error").warning("Exceeded %d", 5)
    [line] = lines(stream)
    assert line["event"] == "Exceeded 5"
    assert line["level"] == "warning"
    assert line["time"] == "2026-01-08T09:00:00Z"


def test_an_exception_is_told_with_its_trace() -> None:
    """What stopped a task can be read from the line."""
    stream = io.StringIO()
    set_up_logs("info", "json", nine, stream)
    try:
        int("broken")
    except ValueError:
        structlog.get_logger("m").exception("task.failed")
    [line] = lines(stream)
    assert "ValueError: invalid literal" in str(line["exception"])


PASSWORD = "open-sesame"


def test_a_trace_for_the_eye_shows_no_local_variable() -> None:
    """A password or a payload that a failing function held is not on the terminal."""
    stream = io.StringIO()
    set_up_logs("info", "console", nine, stream)
    try:
        fail_with(PASSWORD)
    except ValueError:
        structlog.get_logger("m").exception("task.failed")
    assert "ValueError: broken" in stream.getvalue()
    assert PASSWORD not in stream.getvalue()


def fail_with(secret: str) -> None:
    """Fail while holding something that nobody may see."""
    raise ValueError("broken")


def test_what_is_bound_to_the_task_is_on_every_line() -> None:
    """A tick bound once is told with each line of that tick."""
    stream = io.StringIO()
    set_up_logs("info", "json", nine, stream)
    structlog.contextvars.bind_contextvars(tick=7)
    structlog.get_logger("m").info("a.b")
    assert lines(stream)[0]["tick"] == 7
