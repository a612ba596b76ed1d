"""The transactions of what sweeps found: each finding is noted once, and goes when it no longer holds."""

import json
from collections.abc import Sequence
from typing import Any

from pipeline.findings import Finding, FindingKind, FindingRow
from pipeline.store.transaction import Transaction

__all__ = ["counts", "findings", "report"]


def report(
    transaction: Transaction, location: str, found: Sequence[Finding], kinds: frozenset[FindingKind]
) -> Sequence[Finding]:
    """Of these kinds, `found` is all that holds at the location now. What of it was not noted before."""
    rows = json.dumps([(row.kind, row.name, row.mark, row.detail) for row in found])
    transaction.run("drop_findings", location=location, kinds=json.dumps(sorted(kinds)), findings=rows)
    return [
        _finding_of(row)
        for row in transaction.all("add_findings", location=location, findings=rows, now=transaction.now)
    ]


def findings(transaction: Transaction, after: int, limit: int) -> Sequence[FindingRow]:
    """What holds now, with numbers above `after`."""
    return [
        FindingRow(number=number, at=at, location=location, finding=_finding_of(finding))
        for number, at, location, *finding in transaction.all("findings", after=after, limit=limit)
    ]


def counts(transaction: Transaction) -> dict[str, int]:
    """By kind, of those that there are."""
    return dict(transaction.all("count_findings"))


def _finding_of(row: Sequence[Any]) -> Finding:
    kind, name, mark, detail = row
    return Finding(kind=FindingKind(kind), name=name, mark=mark, detail=detail)
