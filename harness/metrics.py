"""What gates can measure: each metric as points on the run's clock, drawn from the history.

Latencies count from the instant at which the open-loop arrival was due, so a stalled client hides nothing. What never
ended is kept as a point with `ended` False, whose value is how long it was watched: leaving it out would flatter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from connector.operations import Verb
from reports.history import Attempt, History, Hop, Op, OpKind, OpResult, Purpose, StateChange

__all__ = ["METRICS", "Measure", "Metric", "Point", "is_error", "last_instant"]

_TURNED_AWAY = frozenset({408, 429})
"""Too slow, or too many: the service's reasons, though it speaks of the client's."""
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measurement. at: the instant by which it belongs to a phase. value: seconds for latencies, else 1."""

    at: float
    value: float = 1.0
    ended: bool = True


class Measure(StrEnum):
    """latency: points have durations. event: points only happen."""

    LATENCY = "latency"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A row of the table of metrics. per_op: its events can be set against the number of ops (`ratio`).

    asked: the instants of all that could have given a point. Where there are none, a count of 0 says nothing.
    per_cluster: whether each point belongs to one cluster.
    """

    name: str
    measure: Measure
    points: Callable[[History], Iterator[Point]]
    asked: Callable[[History], Iterator[float]]
    about: str
    per_op: bool = False
    per_cluster: bool = True


def last_instant(history: History) -> float:
    """Up to when the run was watched."""
    return max(
        (
            *(op.completed_at or op.invoked_at for op in history.ops),
            *(attempt.ended_at or attempt.began_at for attempt in history.attempts),
            *(change.at for change in history.changes),
            *(reading.at for reading in history.readings),
        ),
        default=0.0,
    )


def _answer(op: Op, watched: float) -> Point:
    end = op.completed_at if op.completed_at is not None else watched
    return Point(at=op.intended_at, value=end - op.intended_at, ended=op.completed_at is not None)


def _answers(kind: OpKind | None) -> Callable[[History], Iterator[Point]]:
    def points(history: History) -> Iterator[Point]:
        watched = last_instant(history)
        return (_answer(op, watched) for op in history.ops if kind in (None, op.kind))

    return points


def _accepts(kind: OpKind) -> Callable[[History], Iterator[Point]]:
    """Accepted ops, and those whose outcome stayed unknown: they waited too. A refusal is neither."""

    def points(history: History) -> Iterator[Point]:
        watched = last_instant(history)
        for op in history.ops:
            if op.kind is kind and op.result is not OpResult.FAIL:
                yield _answer(op, watched)

    return points


def _ends(
    kind: OpKind, reached: Callable[[StateChange], bool], missed: Callable[[StateChange], bool] | None
) -> Callable[[History], Iterator[Point]]:
    """From an accepted op to the first change of its share that is `reached`.

    Without one: left out where a change is `missed` (it ended otherwise) or `missed` is None, else still open.
    """

    def points(history: History) -> Iterator[Point]:
        first = _firsts(history, reached)
        otherwise = _firsts(history, missed) if missed else None
        watched = last_instant(history)
        for op in history.ops:
            asked = op.kind is kind and op.purpose is Purpose.LOAD
            if not asked or op.result is not OpResult.OK or op.share is None:
                continue
            if op.share in first:
                yield Point(at=op.intended_at, value=first[op.share] - op.intended_at)
            elif otherwise is not None and op.share not in otherwise:
                yield Point(at=op.intended_at, value=watched - op.intended_at, ended=False)

    return points


def _firsts(history: History, wanted: Callable[[StateChange], bool]) -> dict[str, float]:
    """By share, the instant of its first wanted change."""
    return {change.share: change.at for change in reversed(history.changes) if wanted(change)}


def _is_active(change: StateChange) -> bool:
    return change.after == "active"


def _is_failing(change: StateChange) -> bool:
    return change.after == "failing"


def _is_removed_after_failing(change: StateChange) -> bool:
    return change.after is None and change.before == "failing"


def _is_removed(change: StateChange) -> bool:
    return change.after is None


def _attempts(verb: Verb) -> Callable[[History], Iterator[Point]]:
    def points(history: History) -> Iterator[Point]:
        watched = last_instant(history)
        return (
            _attempt(attempt, watched) for attempt in history.attempts if attempt.is_command and attempt.verb == verb
        )

    return points


def _attempt(attempt: Attempt, watched: float) -> Point:
    end = attempt.ended_at if attempt.ended_at is not None else watched
    return Point(at=attempt.began_at, value=end - attempt.began_at, ended=attempt.ended_at is not None)


def _timeouts(hop: Hop | None) -> Callable[[History], Iterator[Point]]:
    def points(history: History) -> Iterator[Point]:
        return (Point(at=timeout.at) for timeout in history.timeouts if hop in (None, timeout.hop))

    return points


def _errors(history: History) -> Iterator[Point]:
    """Ops without an answer, and those that the service turned away for reasons of its own. A refusal of what may not
    be done (404, 405, 409, 422) is the answer that the client should get."""
    return (_outcome(op) for op in history.ops if is_error(op))


def is_error(op: Op) -> bool:
    """Whether an op failed for reasons of the service."""
    if op.result is OpResult.OK:
        return False
    return op.result is OpResult.INFO or op.status is None or op.status in _TURNED_AWAY or op.status >= _SERVER_ERROR


def _unclear(history: History) -> Iterator[Point]:
    return (_outcome(op) for op in history.ops if op.result is OpResult.INFO)


def _outcome(op: Op) -> Point:
    return Point(at=op.intended_at, ended=op.completed_at is not None)


def _ops(kind: OpKind | None) -> Callable[[History], Iterator[float]]:
    return lambda history: (op.intended_at for op in history.ops if kind in (None, op.kind))


def _commands(history: History) -> Iterator[float]:
    return (attempt.began_at for attempt in history.attempts if attempt.is_command)


def _goodput(history: History) -> Iterator[Point]:
    return (Point(at=at) for at in _firsts(history, _is_active).values())


def _latency(
    name: str,
    points: Callable[[History], Iterator[Point]],
    asked: Callable[[History], Iterator[float]],
    about: str,
    *,
    per_cluster: bool = True,
) -> Metric:
    return Metric(name=name, measure=Measure.LATENCY, points=points, asked=asked, about=about, per_cluster=per_cluster)


def _event(
    name: str,
    points: Callable[[History], Iterator[Point]],
    about: str,
    *,
    asked: OpKind | None = None,
    per_op: bool = True,
) -> Metric:
    return Metric(name=name, measure=Measure.EVENT, points=points, asked=_ops(asked), about=about, per_op=per_op)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _latency(
            "create.accept",
            _accepts(OpKind.CREATE),
            _ops(OpKind.CREATE),
            "from the due instant of a create to its acceptance, or to where the client gave up",
        ),
        _latency(
            "create.active",
            _ends(OpKind.CREATE, _is_active, _is_failing),
            _ops(OpKind.CREATE),
            "from the due instant of an accepted create to its share's first being active",
        ),
        _latency(
            "create.removed",
            _ends(OpKind.CREATE, _is_removed_after_failing, None),
            _ops(OpKind.CREATE),
            "from the due instant of an accepted create that failed to the removal of its record",
        ),
        _latency("delete.accept", _accepts(OpKind.DELETE), _ops(OpKind.DELETE), "as create.accept, for deletes"),
        _latency(
            "delete.gone",
            _ends(OpKind.DELETE, _is_removed, lambda change: False),
            _ops(OpKind.DELETE),
            "from the due instant of an accepted delete to the removal of the record",
        ),
        _latency("resize.accept", _accepts(OpKind.RESIZE), _ops(OpKind.RESIZE), "as create.accept, for resizes"),
        _latency("allow.accept", _accepts(OpKind.ALLOW), _ops(OpKind.ALLOW), "as create.accept, for access given"),
        _latency("deny.accept", _accepts(OpKind.DENY), _ops(OpKind.DENY), "as create.accept, for access taken away"),
        _latency("get", _answers(OpKind.GET), _ops(OpKind.GET), "any answer to reading one share, polls included"),
        _latency("list", _answers(OpKind.LIST), _ops(OpKind.LIST), "any answer to reading the list", per_cluster=False),
        _latency("op", _answers(None), _ops(None), "any answer to any op"),
        *(
            _latency(
                f"attempt.{verb}",
                _attempts(verb),
                _commands,
                f"one `{verb}` command, as the processor (or the API in a design without one) saw it",
            )
            for verb in Verb
        ),
        _event("timeouts", _timeouts(None), "timeouts, at the hop where each began"),
        *(_event(f"timeouts.{hop}", _timeouts(hop), f"timeouts that began at the {hop}") for hop in Hop),
        _event(
            "errors",
            _errors,
            "ops that failed because of the service: refused or broken connections, timeouts, 5xx, 408, 429; "
            "requests that are not allowed (404, 405, 409, 422) do not count",
        ),
        _event("unclear", _unclear, "ops whose outcome the client never learnt: those of the errors that were sent"),
        _event("goodput", _goodput, "shares that became active, once each", asked=OpKind.CREATE, per_op=False),
    )
}
