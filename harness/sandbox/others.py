"""What others asked of the service, past the page: its own log tells of it, so that nobody is accused of a ghost."""

from collections.abc import Iterator

from connector.values import replace
from harness.service.access import ACCESS_CHANGES
from reports.history import History, Op, OpKind, Purpose, StateChange

__all__ = ["OTHERS", "asked_by_others"]

OTHERS = "somebody else"
_ASKED = {"pending": OpKind.CREATE, "updating": OpKind.RESIZE, "deleting": OpKind.DELETE}
_UPDATES = frozenset({OpKind.RESIZE, *ACCESS_CHANGES})
"""What a record is updating for."""
_SLACK = 1.0
"""Seconds between an answer and what the log says of it."""


def asked_by_others(history: History) -> History:
    """The history with an op, of unknown outcome, for each operation that no op of the page explains."""
    found = tuple(_missing(history))
    return replace(history, ops=(*history.ops, *found)) if found else history


def _missing(history: History) -> Iterator[Op]:
    spans: dict[tuple[OpKind, str, str], list[tuple[float, float]]] = {}  # all updates as a resize
    for op in history.ops:
        ends = float("inf") if op.completed_at is None or op.status is None else op.completed_at + _SLACK
        asked_for = OpKind.RESIZE if op.kind in _UPDATES else op.kind
        spans.setdefault((asked_for, op.location, op.name), []).append((op.invoked_at - _SLACK, ends))
    number = max((op.number for op in history.ops), default=0)
    for change in history.changes:
        kind = _ASKED.get(change.after or "")
        if kind is None or change.writer != "api":
            continue
        asked = spans.get((kind, change.location, change.name), ())
        if not any(begins <= change.at <= ends for begins, ends in asked):
            number += 1
            yield _op(number, kind, change)


def _op(number: int, kind: OpKind, change: StateChange) -> Op:
    return Op(
        number=number,
        client=OTHERS,
        kind=kind,
        purpose=Purpose.LOAD,
        location=change.location,
        name=change.name,
        intended_at=change.at,
        invoked_at=change.at,
    )
