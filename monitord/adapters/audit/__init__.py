"""Who was told what, and who answered: an append-only chain of records on the disk; see `trail`."""

from monitord.adapters.audit.chain import News, NewsKind
from monitord.adapters.audit.reading import Reading, read_audit
from monitord.adapters.audit.records import AuditRecord, Entry, Link
from monitord.adapters.audit.trail import Audit, AuditProblem
from monitord.adapters.audit.walk import Finding, Kind, Verdict, verify

__all__ = [
    "Audit",
    "AuditProblem",
    "AuditRecord",
    "Entry",
    "Finding",
    "Kind",
    "Link",
    "News",
    "NewsKind",
    "Reading",
    "Verdict",
    "read_audit",
    "verify",
]
