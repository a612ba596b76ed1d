"""Latencies by op: what quantiles and overheads are taken of. The same quantities that gates measure, op by op."""

import math
from collections.abc import Callable, Iterable, Mapping

from harness.differential.history_line import LineKey
from harness.differential.history_lines import op_keys
from reports.history import History, Op, OpKind, OpResult, Purpose, StateChange

__all__ = ["SERIES", "LatencyValues", "series_of"]

LatencyValues = Mapping[LineKey, float]

SERIES = ("create.accept", "create.active", "delete.accept", "delete.gone", "resize.accept", "get", "list")


def series_of(history: History) -> Mapping[str, LatencyValues]:
    """By name, the seconds from the due instant of an op to what the series waits for; infinite where it never came.

    A create that failed in good order has no `create.active`: nothing will come that could be waited for.
    """
    keys = op_keys(history)
    failing = {change.share for change in history.changes if change.after == "failing"}

    def answers(wanted: Callable[[Op], bool]) -> LatencyValues:
        return {keys[op.number]: _until(op, op.completed_at) for op in history.ops if wanted(op)}

    def ends(kind: OpKind, reached: Callable[[StateChange], bool]) -> LatencyValues:
        first = _firsts(history.changes, reached)
        return {
            keys[op.number]: _until(op, first.get(op.share))
            for op in history.ops
            if op.kind is kind and op.purpose is Purpose.LOAD and op.result is OpResult.OK
            if op.share in first or op.share not in failing
        }

    return {
        "create.accept": answers(_accepted(OpKind.CREATE)),
        "create.active": ends(OpKind.CREATE, lambda change: change.after == "active"),
        "delete.accept": answers(_accepted(OpKind.DELETE)),
        "delete.gone": ends(OpKind.DELETE, lambda change: change.after is None),
        "resize.accept": answers(_accepted(OpKind.RESIZE)),
        "get": answers(lambda op: op.kind is OpKind.GET),
        "list": answers(lambda op: op.kind is OpKind.LIST),
    }


def _accepted(kind: OpKind) -> Callable[[Op], bool]:
    """A refusal is no acceptance; an op whose outcome stayed unknown waited for one."""
    return lambda op: op.kind is kind and op.result is not OpResult.FAIL


def _until(op: Op, end: float | None) -> float:
    return math.inf if end is None else end - op.intended_at


def _firsts(changes: Iterable[StateChange], reached: Callable[[StateChange], bool]) -> Mapping[str | None, float]:
    first: dict[str | None, float] = {}
    for change in changes:
        if reached(change):
            first.setdefault(change.share, change.at)
    return first
