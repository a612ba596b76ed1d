"""T2, nested deadlines: who waits for another waits longer than that one does; abandoned work is counted."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.checkers.checker import Checker
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt, Hop, OpKind, OpResult
from reports.verdicts import Anomaly

__all__ = ["NESTED_DEADLINES"]

_OUTER_TO_INNER = ("client", "gateway", "api")
"""Who waits for whom within one request. The processor answers to nobody's request: it has its own deadlines."""


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    limits = [(hop, index.bounds.limits[hop]) for hop in _OUTER_TO_INNER if hop in index.bounds.limits]
    for (outer, outer_limit), (inner, inner_limit) in pairwise(limits):
        if inner_limit >= outer_limit:
            message = (
                f"{inner} may take {inner_limit:g} s, and {outer}, who waits for it, gives up after {outer_limit:g} s"
            )
            yield anomaly("T2", "", "", message, *map(of_attempt, _abandoned(index)[:3]))


def _abandoned(index: HistoryIndex) -> Sequence[Attempt]:
    """Tries that their caller gave up, and that were carried out all the same."""
    return index.once("nested_deadlines.abandoned", lambda: _carried_out(index, _given_up(index)))


def _given_up(index: HistoryIndex) -> Sequence[Attempt]:
    client, info = Hop.CLIENT, OpResult.INFO
    return [row for row in index.history.attempts if row.result is info and row.hop is client]


def _carried_out(index: HistoryIndex, given_up: Sequence[Attempt]) -> Sequence[Attempt]:
    """Those of creates whose record was made."""
    creates = {op.number for op in index.ops_of(OpKind.CREATE)} if given_up else ()
    return [row for row in given_up if row.op in creates and named(index.timelines_by_name, row.location, row.name)]


def _idle(index: HistoryIndex) -> str | None:
    known = [hop for hop in _OUTER_TO_INNER if hop in index.bounds.limits]
    return None if len(known) > 1 else "fewer than two hops have a known deadline"


def _remark(index: HistoryIndex) -> str:
    return f"holds: {len(_abandoned(index))} tries were given up and carried out all the same"


NESTED_DEADLINES = Checker(
    invariant="T2", title="inner deadlines are shorter than outer ones", find=_find, idle=_idle, remark=_remark
)
