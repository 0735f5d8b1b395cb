"""What is to be told, durable before anything is sent; see `outbox`."""

from monitord.adapters.outbox.outbox import Outbox
from monitord.adapters.outbox.records import Due, OutboxProblem, Record, Taken

__all__ = ["Due", "Outbox", "OutboxProblem", "Record", "Taken"]
