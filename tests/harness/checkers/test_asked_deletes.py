"""Whether a delete may have been asked for: those since the create, and older ones that may be taken up late."""

import pytest

from harness.checkers.asked_deletes import may_be_deleted
from harness.checkers.history_index import Bounds, HistoryIndex
from reports.allowances import STRICT, Allowances
from reports.history import History, Op, OpKind, OpResult
from tests.harness.checkers.histories import op

KEYLESS = Allowances(keys=False)
CREATE = op(2, 5.0)


def _delete(at: float, **fields: object) -> Op:
    return op(3, at, OpKind.DELETE, **fields)


@pytest.mark.parametrize(
    ("row", "allowances", "asked"),
    [
        pytest.param(_delete(6.0), STRICT, True, id="after the create"),
        pytest.param(_delete(5.0), STRICT, True, id="with it"),
        pytest.param(_delete(4.0), STRICT, False, id="before it"),
        pytest.param(_delete(8.0), STRICT, True, id="until the end"),
        pytest.param(_delete(8.25), STRICT, False, id="after the end"),
        pytest.param(_delete(4.0, result=OpResult.INFO), STRICT, True, id="before it, and never clear"),
        pytest.param(_delete(4.0, tries=2), STRICT, False, id="before it, in two tries with one key"),
        pytest.param(_delete(4.0, tries=2), KEYLESS, True, id="before it, in two tries without a key"),
        pytest.param(op(3, 6.0, OpKind.RESIZE), STRICT, False, id="a resize"),
    ],
)
def test_a_delete_since_the_create_counts_and_an_older_one_that_may_come_late(
    row: Op, allowances: Allowances, asked: bool
) -> None:
    index = HistoryIndex(History(ops=(CREATE, row)), Bounds(allowances=allowances))
    assert may_be_deleted(index, (CREATE, row), CREATE, 8.0) is asked
