"""The rows of several generators as one history: numbered anew, in the order in which things were asked."""

from collections.abc import Iterable

from connector.values import replace
from harness.load.wire import decode
from reports.history import Attempt, Op

__all__ = ["merged"]


def merged(lines: Iterable[bytes]) -> tuple[tuple[Op, ...], tuple[Attempt, ...]]:
    """Ops and attempts. Every generator numbers its own from 1; of an op that came twice the later row counts."""
    ops: dict[tuple[int, int], Op] = {}
    attempts: dict[tuple[int, int], Attempt] = {}
    for line in lines:
        row = decode(line)
        if row.op is not None:
            ops[row.process, row.op.number] = row.op
        elif row.attempt is not None:
            attempts[row.process, row.attempt.number] = row.attempt
    asked = sorted(ops, key=lambda key: (ops[key].invoked_at, key))
    numbers = {key: number for number, key in enumerate(asked, start=1)}
    tried = sorted(attempts, key=lambda key: (attempts[key].began_at, key))
    return (
        tuple(_numbered(ops[key], key[0], numbers) for key in asked),
        tuple(
            replace(attempts[key], number=number, op=numbers.get((key[0], attempts[key].op or 0)))
            for number, key in enumerate(tried, start=1)
        ),
    )


def _numbered(op: Op, process: int, numbers: dict[tuple[int, int], int]) -> Op:
    first = None if op.duplicate_of is None else numbers[process, op.duplicate_of]
    return replace(op, number=numbers[process, op.number], duplicate_of=first)
