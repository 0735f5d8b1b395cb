"""`monitord drill`: a client of the HTTP API that begins a drill and reports what arrived."""

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

import click
import httpx
from rich.console import Console
from rich.table import Table

from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import FOUND_PROBLEMS, WRONG_USAGE, in_words, stop_with

_ASK_EVERY_S: Final = 0.5
_COLUMNS: Final = ("step", "chain", "channel", "state", "attempts", "took", "detail")


@click.command()
@click.option("--ward", required=True, help="The ward whose chains are called.")
@click.option("--api", metavar="URL", help="The daemon; else http.host and http.port.")
@click.option(
    "--token-file",
    required=True,
    envvar="MONITORD_DRILL_TOKEN_FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds an operator's token and nothing else.",
)
@config_option
def drill(ward: str, api: str | None, token_file: Path, config: Path | None) -> None:
    """Call over every step and channel of the ward's chains, marked as a drill.

    Waits until each call has arrived, failed or expired, and prints a report: how far it got and
    how long that took. Ends with 0 when every call reached its channel, with 1 when one did not.
    """
    if api is None:
        settings = settings_or_stop(config).http
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        api = f"http://{host}:{settings.port}"
    try:
        token = _token(token_file)
        report = asyncio.run(_drill(api, token, ward))
    except (OSError, UnicodeDecodeError) as error:
        told = error if isinstance(error, OSError) else OSError("bytes that are no token")
        stop_with([in_words(told, "a file with a token and nothing else", token_file)], WRONG_USAGE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        expected = "an address at which monitord answers; see --api"
        stop_with([f"{api}: found {str(error) or type(error).__name__}, expected {expected}"])
    _show(report)
    sys.exit(0 if report["arrived"] else FOUND_PROBLEMS)


def _token(file: Path) -> str:
    """Read the token; raises `OSError` for what is none, and never shows what it read."""
    token = file.read_text("ascii").strip()
    if not token or any(one.isspace() or not one.isprintable() for one in token):
        raise OSError("more than a token" if token else "an empty file")
    return token


async def _drill(api: str, token: str, ward: str) -> dict[str, Any]:
    console = Console(stderr=True)
    waiting = console.status("calling") if console.is_terminal else nullcontext()
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=api, headers=headers, trust_env=False) as client:
        report = _told(await client.post("/v1/drills", json={"ward": ward}))
        with waiting:
            while not report["settled"] and (report["running"] or not report["calls"]):
                await asyncio.sleep(_ASK_EVERY_S)
                report = _told(await client.get(f"/v1/drills/{report['drill']}"))
    return report


def _told(answer: httpx.Response) -> dict[str, Any]:
    """Return what was answered; a refusal ends the command with the reason it gives."""
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"reason": answer.status_code, "detail": "expected an answer of monitord"}
    if not answer.is_success or "drill" not in document:
        place = answer.url.copy_with(path="/")
        stop_with([f"{place}: {document.get('reason')}: {document.get('detail')}"])
    return document


def _show(report: dict[str, Any]) -> None:
    table = Table(*_COLUMNS, title=f"Drill {report['drill']}, ward {report['ward']}")
    for call in report["calls"]:
        took = f"{call['took_ms'] / 1000:.1f} s"
        table.add_row(*(str(took if key == "took" else call[key]) for key in _COLUMNS))
    # In a pipe there is no width to keep to.
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(table)
