"""The rows of several generators as one history: numbered anew, in the order in which things were asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.values import replace
from harness.load.wire import decode
from reports.history import Attempt, Op

__all__ = ["MergedRows", "merged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRows:
    """first_bytes: when the first byte of the last answer came, by the number of its op."""

    ops: tuple[Op, ...]
    attempts: tuple[Attempt, ...]
    first_bytes: Mapping[int, float]


def merged(lines: Iterable[bytes]) -> MergedRows:
    """Every generator numbers its own from 1; of an op that came twice the later row counts."""
    ops: dict[tuple[int, int], Op] = {}
    attempts: dict[tuple[int, int], Attempt] = {}
    came: dict[tuple[int, int], float] = {}
    for line in lines:
        row = decode(line)
        if row.op is not None:
            ops[row.process, row.op.number] = row.op
            if row.first_byte is not None:
                came[row.process, row.op.number] = row.first_byte
        elif row.attempt is not None:
            attempts[row.process, row.attempt.number] = row.attempt
    asked = sorted(ops, key=lambda key: (ops[key].invoked_at, key))
    numbers = {key: number for number, key in enumerate(asked, start=1)}
    tried = sorted(attempts, key=lambda key: (attempts[key].began_at, key))
    return MergedRows(
        ops=tuple(_numbered(ops[key], key[0], numbers) for key in asked),
        attempts=tuple(
            replace(attempts[key], number=number, op=numbers.get((key[0], attempts[key].op or 0)))
            for number, key in enumerate(tried, start=1)
        ),
        first_bytes={numbers[key]: at for key, at in came.items()},
    )


def _numbered(op: Op, process: int, numbers: dict[tuple[int, int], int]) -> Op:
    first = None if op.duplicate_of is None else numbers[process, op.duplicate_of]
    return replace(op, number=numbers[process, op.number], duplicate_of=first)
