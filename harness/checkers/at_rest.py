"""L1, at rest: within the stated time after healing nothing is pending, updating, failing or deleting.

A dead letter is at rest in any state: whether it may be one is S16.
"""

from collections.abc import Iterator, Sequence

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import named
from harness.checkers.history_index import HistoryIndex
from harness.checkers.poison import dead_letters
from harness.checkers.unplanned_ends import excuse
from harness.checkers.witness import anomaly, of_attempt, of_change, of_nemesis, of_op, of_reading
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.settling import settling
from reports.history import Op, OpKind, OpResult, Reading, SeenShare
from reports.sentences import count_of
from reports.verdicts import Anomaly, Witness

__all__ = ["AT_REST"]

_STRIKES = frozenset({NemesisKind.KILL.value, NemesisKind.TERMINATE.value, NemesisKind.PAUSE.value})
_PROMISES = frozenset(OpKind) - {OpKind.GET, OpKind.LIST}
_AT_REST = frozenset({"active", "lost"})


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    api = index.reading("api", 1)
    if api is None or not api.ok or index.bounds.interrupted:
        return
    for share in api.shares:
        if share.state not in _AT_REST and share.share not in dead_letters(index):
            yield _stuck(index, api, share)


def _stuck(index: HistoryIndex, api: Reading, share: SeenShare) -> Anomaly:
    timeline = index.timelines.get(share.share or "")
    attempts = index.attempts_by_share.get(share.share or "", ())
    last_change = of_change(timeline.changes[-1]) if timeline else None
    last_attempt = of_attempt(attempts[-1]) if attempts else None
    message = f"is still {share.state} {index.bounds.recovery:g} s after healing{_due(index)}"
    rows = (*_promise(index, share), last_change, last_attempt, of_reading(api, share))
    return anomaly("L1", share.location, share.name, message, *rows)


def _promise(index: HistoryIndex, share: SeenShare) -> Iterator[Witness]:
    """The last promise about it, and what the nemesis did to a process first after that: the usual cause."""
    promised = [op for op in named(index.ops_by_name, share.location, share.name) if _is_promise(op)]
    if not promised:
        return
    strikes = (row for row in index.history.nemesis if row.action in _STRIKES and row.at >= promised[-1].invoked_at)
    strike = next(strikes, None)
    if strike is not None:
        yield of_op(promised[-1])
        yield of_nemesis(strike)


def _is_promise(op: Op) -> bool:
    return op.kind in _PROMISES and op.result is not OpResult.FAIL


def _due(index: HistoryIndex) -> str:
    """How long, with what the scenario does to the pipeline, a record may honestly need to come to rest."""
    scenario = index.bounds.scenario
    terms = settling(scenario) if scenario is not None else ()
    if not terms:
        return ""
    needed = sum(term.seconds for term in terms)
    return f"; {needed:g} s should be enough: {', '.join(map(str, terms))}"


def _doubts(index: HistoryIndex) -> Sequence[str]:
    api = index.reading("api", 1)
    if index.bounds.interrupted:
        return ["the run was interrupted before it could come to rest"]
    return [] if api is not None and api.ok else ["the API could not be read after quiescence"]


def _remark(index: HistoryIndex) -> str:
    dead = len(dead_letters(index))
    return f"holds: {count_of(dead, 'dead letter')} beside" if dead else "holds"


AT_REST = Checker(
    invariant="L1",
    title="nothing stays pending, updating or deleting",
    find=_find,
    needs=frozenset({Need.READINGS}),
    doubts=_doubts,
    excuse=excuse,
    remark=_remark,
)
