"""What others asked, past the page, is told from the service's own log: it is no ghost."""

import pytest

from connector.values import replace
from harness.sandbox.others import OTHERS, asked_by_others
from reports.history import History, OpKind
from tests.harness.sandbox.rows import change, op


def test_an_operation_that_nobody_asked_here_is_somebody_elses() -> None:
    changes = (
        change(1, 1.0, None, "pending", writer="api"),
        change(2, 2.0, "pending", "active"),
        change(3, 3.0, "active", "deleting", writer="api"),
    )
    asked = replace(op(1, 0.9), completed_at=1.1, status=202)
    found = asked_by_others(History(ops=(asked,), changes=changes)).ops
    assert [(row.number, row.client, row.kind) for row in found] == [
        (1, "you", OpKind.CREATE),
        (2, OTHERS, OpKind.DELETE),
    ]


def test_what_the_page_asked_and_never_heard_of_explains_what_comes_late() -> None:
    history = History(ops=(op(1, 0.9),), changes=(change(1, 30.0, None, "pending", writer="api"),))
    assert asked_by_others(history) is history


@pytest.mark.parametrize("kind", [OpKind.RESIZE, OpKind.ALLOW, OpKind.DENY, OpKind.SNAPSHOT_CREATE, OpKind.VERIFY])
def test_a_record_is_updating_for_whatever_was_asked_here(kind: OpKind) -> None:
    asked = replace(op(1, 2.9, kind), completed_at=3.1, status=202)
    history = History(ops=(asked,), changes=(change(1, 3.0, "active", "updating", writer="api"),))
    assert asked_by_others(history) is history
