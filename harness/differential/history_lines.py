"""From a history to its lines. Numbers of rows are left out: two events of one instant may stand in either order.

What tells events apart is what both worlds draw from the same seed: an op by its client (the number of the arrival), an
attempt by its op, a command by share, verb and its place among such commands.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.sites import Site
from connector.values import replace
from harness.differential.history_line import HistoryLine, HistoryTable, LineKey
from reports.history import Attempt, Effect, History, Hop, Injection, NemesisAction, Op, Purpose, StateChange, Timeout

__all__ = ["lines_of", "op_keys"]

_QUIESCE = "quiesce"
"""Its instant is that of a look, of which there are ten a second."""

_WORDS = re.compile(rf"( at (?:{'|'.join(map(re.escape, Site))})): .*", re.DOTALL)


def lines_of(history: History) -> Mapping[HistoryTable, tuple[HistoryLine, ...]]:
    """The lines of each table, in the order of the history."""
    keys = op_keys(history)
    ops = {op.number: op for op in history.ops}
    rows = _Ops(keys=keys, ops=ops)
    return {
        HistoryTable.OPS: tuple(rows.op(op) for op in history.ops),
        # A gateway's own log is another in each program; what it did to the service and the clients shows elsewhere.
        HistoryTable.ATTEMPTS: _counted(rows.attempt(row) for row in history.attempts if row.hop is not Hop.GATEWAY),
        HistoryTable.CHANGES: _counted(map(_change, history.changes)),
        HistoryTable.EFFECTS: _counted(map(_effect, history.effects)),
        HistoryTable.INJECTIONS: _counted(map(_injection, history.injections)),
        HistoryTable.TIMEOUTS: _counted(map(rows.timeout, history.timeouts)),
        HistoryTable.NEMESIS: _counted(map(_action, history.nemesis)),
    }


def op_keys(history: History) -> Mapping[int, LineKey]:
    """By the number of an op: its client, kind, purpose, and place among such ops (a client polls many times)."""
    seen: Counter[LineKey] = Counter()
    keys: dict[int, LineKey] = {}
    for op in history.ops:
        kind: LineKey = (op.client, op.kind, op.purpose)
        seen[kind] += 1
        keys[op.number] = (*kind, seen[kind])
    return keys


def _counted(lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
    """Lines of one key, told apart by their place."""
    return tuple(_placed(lines))


def _placed(lines: Iterable[HistoryLine]) -> Iterator[HistoryLine]:
    seen: Counter[LineKey] = Counter()
    for line in lines:
        seen[line.key] += 1
        yield replace(line, key=(*line.key, seen[line.key]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ops:
    """Ops, and what refers to them. keys, ops: by number."""

    keys: Mapping[int, LineKey]
    ops: Mapping[int, Op]

    def op(self, op: Op) -> HistoryLine:
        key = self.keys[op.number]
        place = f" {key[-1]}" if op.purpose is Purpose.POLL else ""
        return HistoryLine(
            table=HistoryTable.OPS,
            key=key,
            share=(op.location, op.name),
            words=f"{op.client} {_word(op)}{place} {_share(op.name, op.location)}",
            at=op.invoked_at,
            outcome={
                "location": op.location,
                "name": op.name,
                "size": op.size,
                "result": op.result,
                "status": op.status,
                "cause": op.cause,
                "state": op.state,
                "reason": _reason(op.reason),
                "tries": op.tries,
            },
            marks={
                "key": op.key,
                "repeats": self._key(op.duplicate_of),
                "body_differs": op.body_differs,
                "phase": op.phase,
                "share": op.share,
            },
            instants={"due": op.intended_at, "invoked": op.invoked_at, "completed": op.completed_at},
            passing=_is_passing(op),
        )

    def attempt(self, row: Attempt) -> HistoryLine:
        op = None if row.op is None else self.ops.get(row.op)
        asker: LineKey = (row.location, row.name) if row.op is None else (self._key(row.op), row.tried)
        who = row.hop.value if op is None else f"{op.client} try {row.tried} of"
        return HistoryLine(
            table=HistoryTable.ATTEMPTS,
            key=(row.hop, *asker, row.verb),
            share=(row.location, row.name),
            words=f"{who} {row.verb} {_share(row.name, row.location)}",
            at=row.began_at,
            outcome={"result": row.result, "status": row.status, "code": row.code, "site": row.site},
            marks={
                "share": row.share,
                "request_id": row.request_id,
                "tried": row.tried,
                "sequence": row.sequence,
                "fence": row.fence,
            },
            instants={"began": row.began_at, "ended": row.ended_at, "deadline": row.deadline},
            passing=op is not None and _is_passing(op),
        )

    def timeout(self, row: Timeout) -> HistoryLine:
        op = None if row.op is None else self.ops.get(row.op)
        return HistoryLine(
            table=HistoryTable.TIMEOUTS,
            key=(row.hop, row.site, row.location, row.name, self._key(row.op)),
            share=(row.location, row.name),
            words=f"{row.hop} at {row.site} {_share(row.name, row.location)}",
            at=row.at,
            outcome={"injected": row.injected},
            marks={},
            instants={"at": row.at},
            passing=op is not None and _is_passing(op),
        )

    def _key(self, number: int | None) -> LineKey | None:
        return None if number is None else self.keys.get(number)


def _change(row: StateChange) -> HistoryLine:
    return HistoryLine(
        table=HistoryTable.CHANGES,
        key=(row.location, row.name, row.before, row.after),
        share=(row.location, row.name),
        words=f"{row.before or 'none'} to {row.after or 'removed'} {_share(row.name, row.location)}",
        at=row.at,
        outcome={"writer": row.writer, "reason": _reason(row.reason)},
        marks={"share": row.share, "fence": row.fence},
        instants={"at": row.at},
    )


def _effect(row: Effect) -> HistoryLine:
    return HistoryLine(
        table=HistoryTable.EFFECTS,
        key=(row.cluster, row.name, row.kind),
        share=(row.cluster, row.name),
        words=f"{row.kind} {_share(row.name, row.cluster)}",
        at=row.at,
        outcome={"incarnation": row.incarnation, "size": row.size, "late": row.late},
        marks={"request_id": row.request_id, "sequence": row.sequence, "mark": row.mark},
        instants={"at": row.at},
    )


def _injection(row: Injection) -> HistoryLine:
    verb = "" if row.verb is None else f" on {row.verb}"
    return HistoryLine(
        table=HistoryTable.INJECTIONS,
        key=(row.label, row.fault, row.cluster, row.site, row.key, row.verb),
        share=(row.cluster, row.key or ""),
        words=f"{row.label}{verb} {_share(row.key or '', row.cluster)}",
        at=row.at,
        outcome={},
        marks={"attempt": row.attempt},
        instants={"at": row.at},
    )


def _action(row: NemesisAction) -> HistoryLine:
    return HistoryLine(
        table=HistoryTable.NEMESIS,
        key=(row.action, row.target),
        share=("", ""),
        words=f"{row.action} {row.target}",
        at=row.at,
        outcome={"detail": row.detail},
        marks={},
        instants={} if row.action == _QUIESCE else {"at": row.at},
    )


def _reason(text: str | None) -> str | None:
    """Without the words of an error message, which are those of whoever carries the commands."""
    return None if text is None else _WORDS.sub(r"\1", text)


def _is_passing(op: Op) -> bool:
    return op.purpose is Purpose.POLL


def _word(op: Op) -> str:
    return op.kind.value if op.purpose is Purpose.LOAD else op.purpose.value


def _share(name: str, location: str) -> str:
    return f"{name!r} on {location}" if name else f"on {location}"
