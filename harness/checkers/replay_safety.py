"""S6, replay safety: one idempotency key, one decision, one effect; the same key with another body is refused.

An answer that hangs on the state of the moment (409 pending or exists, 405, 404, 503) is no decision: it may change,
and it has to once that state is over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from harness.checkers.checker import Checker, Need
from harness.checkers.grouping import repeats
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import RecordTimeline
from harness.checkers.witness import anomaly, of_change, of_effect, of_op
from reports.allowances import LogDetail
from reports.history import Effect, EffectKind, Op, OpResult
from reports.verdicts import Anomaly

__all__ = ["DECIDED", "REPLAY_SAFETY"]

DECIDED = frozenset({"cluster-refused"})
"""The causes of refusals that decide an operation for good."""

_WIPED = EffectKind.WIPED


def _find(index: HistoryIndex) -> Iterator[Anomaly]:
    for ops in _repeated(index.history.ops) if index.bounds.allowances.keys else ():
        yield from _two_answers([op for op in ops if not op.body_differs], strict=index.logs(LogDetail.OWNER))
        yield from _reuse_accepted(ops)
        yield from _kept_refusals(ops, index)
    yield from _two_effects(index)


def _repeated(ops: Sequence[Op]) -> Iterable[Sequence[Op]]:
    """The ops of each key that came more than once, in the order in which the keys came again."""
    keys = repeats([op.key for op in ops if op.key is not None])
    firsts: dict[str, Op] = {}
    repeated: dict[str, list[Op]] = {}
    for op in ops if keys else ():
        if op.key is not None and op.key in keys and (first := firsts.setdefault(op.key, op)) is not op:
            repeated.setdefault(op.key, [first]).append(op)
    return repeated.values()


def _two_answers(ops: Sequence[Op], *, strict: bool) -> Iterator[Anomaly]:
    """What was decided for a key is the answer to all who come after it: the same record, never both ok and failed.

    A refusal of the moment decides nothing, so that another answer may follow it; none may follow a decision. An op
    that never left its client (no status) failed for certain, and was not answered.
    """
    clear = [op for op in ops if op.result is not OpResult.INFO and op.status is not None]
    first = next(filter(_is_decided, clear), None)
    for op in clear if first is not None else ():
        if first is None or _same_answer(first, op, strict=strict):
            continue
        if _is_decided(op) or op.invoked_at >= (first.completed_at or inf):
            message = f"the key {op.key} was answered in two ways"
            yield anomaly("S6", op.location, op.name, message, of_op(first), of_op(op))


def _same_answer(first: Op, again: Op, *, strict: bool) -> bool:
    """strict False, for a service with a sheet: a success that is told again may say 202 for what was promised, and
    200 or 201 once it is done."""
    alike = first.status == again.status or (first.result is OpResult.OK and not strict)
    return alike and (first.result, first.share) == (again.result, again.share)


def _is_decided(op: Op) -> bool:
    return op.result is OpResult.OK or op.cause in DECIDED


def _kept_refusals(ops: Sequence[Op], index: HistoryIndex) -> Iterator[Anomaly]:
    """A key that comes again is refused by what is so at that time, not by what once was."""
    skew = index.bounds.skew
    for op in ops[1:]:
        timeline = index.timelines.get(op.share or "")
        if op.result is not OpResult.FAIL or _is_decided(op) or op.body_differs or timeline is None or op.state is None:
            continue
        ended = op.completed_at if op.completed_at is not None else inf
        if not _was(timeline, op.state, op.invoked_at - skew, ended + skew):
            message = f"the key {op.key} was refused by a state that was over: {op.state}"
            last = [change for change in timeline.changes if change.before == op.state][-1:]
            yield anomaly("S6", op.location, op.name, message, of_op(ops[0]), of_op(op), *map(of_change, last))


def _was(timeline: RecordTimeline, state: str, begins: float, ends: float) -> bool:
    """Whether a record was in a state at any time from `begins` to `ends`."""
    until = [*(change.at for change in timeline.changes[1:]), inf]
    spans = zip(timeline.changes, until, strict=True)
    return any(change.after == state and change.at <= ends and begins <= left for change, left in spans)


def _reuse_accepted(ops: Sequence[Op]) -> Iterator[Anomaly]:
    firsts = [op for op in ops if not op.body_differs and op.result is OpResult.OK]
    for op in ops:
        if op.body_differs and op.result is OpResult.OK:
            before = [row for row in firsts if row.completed_at is not None and row.completed_at <= op.invoked_at]
            if before:
                message = f"the key {op.key} was accepted again with another body"
                yield anomaly("S6", op.location, op.name, message, of_op(before[0]), of_op(op))


def _two_effects(index: HistoryIndex) -> Iterator[Anomaly]:
    """One request id has one effect of a kind. A wiped cluster has forgotten its request ids: that is excused."""
    seen: dict[str, dict[tuple[str | None, EffectKind], Effect]] = defaultdict(dict)
    requests = repeats([row.request_id for row in index.history.effects if row.request_id is not None])
    for effect in index.history.effects if requests else ():
        if effect.kind is _WIPED:
            seen.pop(effect.cluster, None)
        elif effect.request_id in requests:
            first = seen[effect.cluster].setdefault((effect.request_id, effect.kind), effect)
            if first is not effect:
                message = f"request {effect.request_id} had the effect '{effect.kind}' twice"
                yield anomaly("S6", effect.cluster, effect.name, message, of_effect(first), of_effect(effect))


REPLAY_SAFETY = Checker(
    invariant="S6",
    title="one key: one decision, one effect",
    find=_find,
    helped_by=frozenset({Need.CHANGE_LOG, Need.EFFECT_LOG, Need.OWNERS}),
)
