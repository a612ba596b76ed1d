"""The rows of several generators become one history whose numbers and references hold."""

from connector.values import replace
from harness.load.merge import merged
from harness.load.wire import Row, encode, encode_op
from reports.history import Attempt, Hop, Op, OpResult
from tests.harness.load.rows import asked


def _lines(process: int, *rows: Op | Attempt) -> list[bytes]:
    return [
        encode(Row(process=process, op=row) if isinstance(row, Op) else Row(process=process, attempt=row))
        for row in rows
    ]


def _try(number: int, op: int, at: float) -> Attempt:
    return Attempt(number=number, hop=Hop.CLIENT, op=op, began_at=at, result=OpResult.INFO)


def test_ops_of_all_processes_are_numbered_in_the_order_in_which_they_were_asked() -> None:
    rows = merged([*_lines(0, asked(1, 1.0), asked(2, 3.0)), *_lines(1, asked(1, 2.0))])
    assert [(op.number, op.intended_at) for op in rows.ops] == [(1, 1.0), (2, 2.0), (3, 3.0)]


def test_a_repeat_and_a_try_refer_to_the_op_of_their_own_process() -> None:
    repeat = replace(asked(2, 3.0), duplicate_of=1)
    rows = merged([*_lines(1, asked(1, 2.0), repeat, _try(1, 2, 3.0)), *_lines(0, asked(1, 1.0), _try(1, 1, 1.0))])
    assert [op.duplicate_of for op in rows.ops] == [None, None, 2]
    assert [(row.number, row.op) for row in rows.attempts] == [(1, 1), (2, 3)]


def test_of_an_op_that_came_twice_the_later_row_counts() -> None:
    rows = merged(_lines(0, asked(1, 1.0, takes=None), asked(1, 1.0, takes=0.5)))
    assert [op.completed_at for op in rows.ops] == [1.5]


def test_first_bytes_follow_the_ops_to_their_new_numbers() -> None:
    rows = merged([encode_op(0, asked(1, 2.0), 2.05), encode_op(1, asked(1, 1.0)), encode_op(1, asked(2, 3.0), 3.01)])
    assert rows.first_bytes == {2: 2.05, 3: 3.01}
    assert [op.intended_at for op in rows.ops] == [1.0, 2.0, 3.0]
