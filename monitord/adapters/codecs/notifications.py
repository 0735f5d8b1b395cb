"""Writes a notification as the outbox keeps it, and reads it back as it was.

Nothing is left out and nothing is reworded: what a channel may say of it is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from monitord.domain.alerts import Condition, Priority
from monitord.domain.notifications import Notification, Purpose


def write_notification(notification: Notification) -> str:
    """Give a notification as one JSON object; equal notifications give equal text."""
    return orjson.dumps(asdict(notification)).decode()


def read_notification(text: str) -> Notification:
    """Read back what `write_notification` gave; raises `ValueError` for anything else."""
    fields: Mapping[str, Any] = orjson.loads(text)
    try:
        return Notification(
            **{
                **fields,
                "purpose": Purpose(fields["purpose"]),
                "condition": Condition(fields["condition"]),
                "priority": Priority(fields["priority"]),
            }
        )
    except (KeyError, TypeError) as error:
        found = f"a notification that was not written by this version ({error})"
        raise ValueError(f"found {found}, expected the fields of `Notification`") from error
