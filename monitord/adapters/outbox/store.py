"""The tables of the outbox, and each thing done to them as one whole transaction.

Runs on one thread, and knows neither clocks nor chance: both are arguments. Nothing is changed
outside `with self._db`, so that a crash leaves all of a change or none of it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from monitord.adapters.codecs.notifications import read_notification, write_notification
from monitord.adapters.outbox.records import Due, OutboxProblem, Record, Taken
from monitord.adapters.outbox.retries import is_news, wait_ms
from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import NEVER, Millis

_FORMAT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS notifications (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    alert TEXT NOT NULL,
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    document TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    receipt TEXT,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS queued ON notifications (channel, next_attempt_at)
    WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS of_alert ON notifications (alert, channel);
CREATE TABLE IF NOT EXISTS progress (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
_URGENCY: Final = {Priority.HIGH: 0, Priority.MEDIUM: 1, Priority.LOW: 2}
_RECORD: Final = "document, state, attempts, next_attempt_at, detail, receipt, updated_at"
_REACHED: Final = "('sent', 'delivered', 'accepted')"


class Store:
    """An open outbox; every method is one transaction, on the disk when it returns."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; raises `OutboxProblem` when it is another's or damaged."""
        self._db = sqlite3.connect(path, isolation_level="IMMEDIATE")
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            # FULL: a notification that was taken survives the machine's power cut, not only ours.
            self._db.execute("PRAGMA synchronous=FULL")
            self._make_tables(path)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file; what was written is already on the disk."""
        self._db.close()

    def take(
        self, notifications: Sequence[Notification], progress: Mapping[str, object], now: Millis
    ) -> Taken:
        """Keep what is to be told and how far the telling got, both or neither.

        What is here already stays as it is. An acknowledgement or an end overtakes all that waits
        for the same alert and channel, and a new call overtakes these.
        """
        taken = Taken([], [])
        with self._db:
            for notification in notifications:
                if self._insert(notification, now):
                    taken.new.append(notification)
                    taken.overtaken.extend(self._overtake(notification, now))
            self._db.executemany(
                "INSERT INTO progress VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [(key, orjson.dumps(value).decode()) for key, value in progress.items()],
            )
        return taken

    def due(
        self,
        channel: str,
        now: Millis,
        limit: int,
        without: Sequence[str],
        *,
        only_pressing: bool,
    ) -> list[Due]:
        """Return up to `limit` notifications to be sent now, the most urgent and oldest first.

        None of the alerts in `without`, and only calls of high priority if they alone are wanted.
        """
        rows = self._db.execute(
            "SELECT document, attempts FROM notifications WHERE state = 'queued' AND channel = ? "
            "AND next_attempt_at <= ? AND expires_at > ? "
            "AND alert NOT IN (SELECT value FROM json_each(?)) "
            "AND (NOT ? OR urgency = 0 AND purpose = 'trigger') "
            "ORDER BY urgency, sequence LIMIT ?",
            (channel, now, now, orjson.dumps(without).decode(), only_pressing, limit),
        )
        return [Due(read_notification(document), attempts) for document, attempts in rows]

    def record(
        self, name: str, outcome: Outcome, now: Millis, chance: float
    ) -> DeliveryState | None:
        """Keep what came of an attempt, or a later receipt; return the state it is in now.

        An attempt to be made again waits as `wait_ms` says, and expires at once when that would
        be too late. News that is older than what is known is passed over, and gives None.
        Raises `OutboxProblem` for an id that was never taken.
        """
        with self._db:
            row = self._db.execute(
                "SELECT state, attempts, expires_at FROM notifications WHERE id = ?", (name,)
            ).fetchone()
            if row is None:
                raise OutboxProblem(f"found no notification {name!r}, expected one that was taken")
            before, attempts, expires_at = DeliveryState(row[0]), row[1], row[2]
            attempts += before is DeliveryState.QUEUED
            after, next_at = outcome.state, NEVER
            if before is after is DeliveryState.QUEUED:
                wait = wait_ms(attempts, expires_at - now, chance, outcome.retry_after_ms)
                after, next_at = (
                    (DeliveryState.EXPIRED, NEVER) if wait is None else (after, now + wait)
                )
            elif not is_news(before, after):
                return None
            self._db.execute(
                "UPDATE notifications SET state = ?, attempts = ?, next_attempt_at = ?, "
                "detail = ?, receipt = coalesce(?, receipt), updated_at = ? WHERE id = ?",
                (after.value, attempts, next_at, outcome.detail, outcome.receipt, now, name),
            )
        return after

    def expire(self, now: Millis) -> list[Due]:
        """End what could not be sent while it mattered; return it, so that somebody hears of it."""
        with self._db:
            rows = self._db.execute(
                "UPDATE notifications SET state = 'expired', next_attempt_at = ?, updated_at = ? "
                "WHERE state = 'queued' AND expires_at <= ? RETURNING sequence, document, attempts",
                (NEVER, now, now),
            ).fetchall()
        return [
            Due(read_notification(document), attempts) for _, document, attempts in sorted(rows)
        ]

    def next_due(self, channel: str | None, after: Millis) -> Millis:
        """Return when the next attempt or expiry is due, of one channel or of all, or `NEVER`.

        Of an attempt that was due by `after` only the expiry counts.
        """
        [at] = self._db.execute(
            "SELECT min(CASE WHEN next_attempt_at > ?2 THEN min(next_attempt_at, expires_at) "
            "ELSE expires_at END) FROM notifications "
            "WHERE state = 'queued' AND (?1 IS NULL OR channel = ?1)",
            (channel, after),
        ).fetchone()
        return NEVER if at is None else int(at)

    def history(self, alert: str) -> list[Record]:
        """Return what was told of an alert, in the order in which it was taken."""
        rows = self._db.execute(
            f"SELECT {_RECORD} FROM notifications WHERE alert = ? ORDER BY sequence",  # noqa: S608
            (alert,),
        )
        return [_record(row) for row in rows]

    def standing(self, channel: str) -> list[Notification]:
        """Return the last that reached a channel of each alert that has not ended since."""
        rows = self._db.execute(
            "SELECT document FROM notifications AS told WHERE channel = ? "  # noqa: S608
            f"AND state IN {_REACHED} AND purpose != 'resolve' AND NOT EXISTS ("
            "SELECT 1 FROM notifications AS later WHERE later.alert = told.alert "
            "AND later.channel = told.channel AND later.sequence > told.sequence "
            f"AND (later.purpose = 'resolve' OR later.state IN {_REACHED})) ORDER BY sequence",
            (channel,),
        )
        return [read_notification(document) for (document,) in rows]

    def load_progress(self) -> dict[str, Any]:
        """Return what `take` was last given, by key; empty for a new outbox."""
        rows = self._db.execute("SELECT key, value FROM progress")
        return {key: orjson.loads(value) for key, value in rows}

    def prune(self, before: Millis) -> int:
        """Forget what came to its end before an instant; return how many. What waits stays."""
        with self._db:
            return self._db.execute(
                "DELETE FROM notifications WHERE state != 'queued' AND updated_at < ?", (before,)
            ).rowcount

    def _insert(self, told: Notification, now: Millis) -> bool:
        inserted = self._db.execute(
            "INSERT INTO notifications (id, alert, channel, purpose, urgency, document, state, "
            "next_attempt_at, expires_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?) "
            "ON CONFLICT (id) DO NOTHING",
            (
                told.id,
                told.alert,
                told.channel,
                told.purpose.value,
                _URGENCY[told.priority],
                write_notification(told),
                now,
                told.expires_at,
                now,
            ),
        )
        return inserted.rowcount == 1

    def _overtake(self, newer: Notification, now: Millis) -> list[Notification]:
        only_answers = newer.purpose is Purpose.TRIGGER
        rows = self._db.execute(
            "UPDATE notifications SET state = 'expired', next_attempt_at = ?, detail = ?, "
            "updated_at = ? WHERE state = 'queued' AND alert = ? AND channel = ? AND id != ? "
            "AND (purpose != 'trigger' OR NOT ?) RETURNING sequence, document",
            (
                NEVER,
                f"overtaken by {newer.purpose.value} {newer.id}",
                now,
                newer.alert,
                newer.channel,
                newer.id,
                only_answers,
            ),
        ).fetchall()
        return [read_notification(document) for _, document in sorted(rows)]

    def _make_tables(self, path: Path) -> None:
        [found] = self._db.execute("PRAGMA user_version").fetchone()
        if found not in (0, _FORMAT):
            raise OutboxProblem(
                f"{path}: found an outbox of format {found}, expected {_FORMAT}; "
                "start the monitord that wrote it"
            )
        self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={_FORMAT}; COMMIT;")


def _record(row: tuple[Any, ...]) -> Record:
    document, state, attempts, next_at, detail, receipt, updated_at = row
    told = read_notification(document)
    return Record(told, DeliveryState(state), attempts, next_at, detail, receipt, updated_at)
