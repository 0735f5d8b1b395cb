"""`monitord audit`: whether the audit is as it was written, and what stands in it."""

import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import click

from monitord.adapters.audit import AuditRecord, Verdict, read_audit
from monitord.adapters.audit import verify as verified
from monitord.cli.audit_lines import Lines
from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import FOUND_PROBLEMS, WRONG_USAGE, in_words, stop_with
from monitord.cli.progress import ticking
from monitord.cli.words import Instant
from monitord.domain.time import Millis, parse_time

_MOST_SHOWN: Final = 100

directory_argument = click.argument(
    "directory",
    required=False,
    metavar="[DIR]",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)


@click.group()
def audit() -> None:
    """Look into the audit: who was told what, when and by which channel, and who answered."""


@audit.command()
@directory_argument
@config_option
def verify(directory: Path | None, config: Path | None) -> None:
    """Check the chain in DIR, or in the settings' audit.directory; the daemon may go on writing.

    Ends with 1 when a record is not as it was written, with the file, the line and what is wrong.
    The last line has the hash of the chain's head: noted elsewhere, it also shows later that the
    end was not cut off and that nothing was written anew.
    """
    directory = _directory(directory, config)
    try:
        verdict = verified(directory, ticking)
    except OSError as error:
        stop_with([in_words(error, "an audit that can be read", directory)], WRONG_USAGE)
    for note in verdict.notes:
        click.echo(f"note: {note}", err=True)
    for finding in verdict.findings[:_MOST_SHOWN]:
        click.echo(str(finding), err=True)
    if len(verdict.findings) > _MOST_SHOWN:
        click.echo(f"and {len(verdict.findings) - _MOST_SHOWN} more", err=True)
    if not verdict.files:
        stop_with([f"{directory}: found no file of an audit, expected audit-*.jsonl"])
    click.echo(_summary(verdict))
    sys.exit(FOUND_PROBLEMS if verdict.findings else 0)


@audit.command()
@directory_argument
@config_option
@click.option("--alert", metavar="ID", help="Only what is about this alert.")
@click.option("--patient", metavar="ID", help="Only what is about this patient.")
@click.option("--since", type=Instant(), help="Only from this time on.")
@click.option("--what", metavar="GLOB", help="Only such happenings, as in 'notification.*'.")
@click.option("--json", "as_json", is_flag=True, help="The records as JSON Lines.")
def show(
    directory: Path | None,
    config: Path | None,
    alert: str | None,
    patient: str | None,
    since: Millis | None,
    what: str | None,
    *,
    as_json: bool,
) -> None:
    """Show the records of DIR, or of the settings' audit.directory: a line each, the oldest first.

    It does not check the chain: `monitord audit verify` does. Ends with 1 when a line cannot be
    read.
    """
    directory = _directory(directory, config)
    is_wanted = _filter(alert, patient, since, what)
    lines = Lines(as_json=as_json)
    damaged = 0
    try:
        for reading in read_audit(directory):
            if reading.record is None:
                damaged += 1
                click.echo(f"{reading.file}:{reading.line}: not as it was written", err=True)
            elif is_wanted(reading.record):
                lines.show(reading.record)
    except BrokenPipeError:
        raise
    except OSError as error:
        stop_with([in_words(error, "an audit that can be read", directory)], WRONG_USAGE)
    sys.exit(FOUND_PROBLEMS if damaged else 0)


def _directory(given: Path | None, config: Path | None) -> Path:
    if given is not None:
        return given
    directory = settings_or_stop(config).audit.directory
    if directory is None or not directory.is_dir():
        found = "an empty audit.directory" if directory is None else f"no directory {directory}"
        stop_with([f"found {found}, expected an audit; name its directory"], WRONG_USAGE)
    return directory


def _filter(
    alert: str | None, patient: str | None, since: Millis | None, what: str | None
) -> Callable[[AuditRecord], bool]:
    def is_wanted(record: AuditRecord) -> bool:
        return (
            (alert is None or record.fields.get("alert") == alert)
            and (patient is None or record.fields.get("patient") == patient)
            and (since is None or parse_time(record.time) >= since)
            and (what is None or fnmatchcase(record.what, what))
        )

    return is_wanted


def _summary(verdict: Verdict) -> str:
    head = verdict.head
    told = f"records {verdict.records}, files {verdict.files}"
    end = f", head {head.sequence} {head.hash}" if head else ""
    count = len(verdict.findings)
    found = f"{count} finding{'s' if count > 1 else ''}" if count else "fine"
    return f"{found}: {told}{end}"
