"""What a load knows of its shares, from its own ops and their answers."""

import pytest

from connector.values import replace
from harness.scenario.scenario import Workload, WorkloadKind
from harness.workload.arrivals import Arrival, plan
from harness.workload.drafts import draft_op
from harness.workload.ledger import Ledger, ShareStatus
from reports.history import Op, OpKind


def _created(ledger: Ledger) -> tuple[Arrival, Op]:
    arrival, *_ = plan(Workload(rate=1.0, duration=10.0, mix={WorkloadKind.CREATE: 1.0}), seed=1, clusters=["north"])
    op = draft_op(arrival, ledger)
    assert op is not None
    ledger.announce(arrival, op)
    return arrival, op


def test_a_create_is_known_before_its_answer_and_pending_once_it_is_accepted() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    assert ledger.get(op.location, op.name).status is ShareStatus.ASKED
    assert ledger.granted(replace(op, status=202))
    assert ledger.get(op.location, op.name).status is ShareStatus.PENDING


@pytest.mark.parametrize("status", [200, 201])
def test_an_operation_that_is_done_at_once_needs_no_poll(status: int) -> None:
    ledger = Ledger()
    arrival, op = _created(ledger)
    assert not ledger.granted(replace(op, status=status))
    assert ledger.get(op.location, op.name).status is ShareStatus.ACTIVE
    deleting = replace(arrival, kind=WorkloadKind.DELETE, number=2)
    delete = draft_op(deleting, ledger)
    assert delete is not None
    ledger.announce(deleting, delete)
    assert not ledger.granted(replace(delete, status=status))
    assert ledger.get(op.location, op.name).status is ShareStatus.GONE


def test_an_answer_that_comes_after_a_poll_said_more_changes_nothing() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    ledger.mark(op.location, op.name, ShareStatus.ACTIVE)
    ledger.granted(replace(op, status=202))
    ledger.refused(op)
    assert ledger.get(op.location, op.name).status is ShareStatus.ACTIVE


def test_what_a_refused_create_asked_for_is_gone_but_for_the_refusal_of_a_repetition() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    ledger.refused(replace(op, number=op.number + 1))
    assert ledger.get(op.location, op.name).status is ShareStatus.ASKED
    ledger.refused(op)
    assert ledger.get(op.location, op.name).status is ShareStatus.GONE


@pytest.mark.parametrize(("http_status", "status"), [(409, ShareStatus.ACTIVE), (404, ShareStatus.GONE)])
def test_a_refused_delete_leaves_the_share_as_it_was_unless_there_is_none(
    http_status: int, status: ShareStatus
) -> None:
    ledger = Ledger()
    arrival, op = _created(ledger)
    ledger.mark(op.location, op.name, ShareStatus.ACTIVE)
    deleting = replace(arrival, kind=WorkloadKind.DELETE, number=2)
    delete = draft_op(deleting, ledger)
    assert delete is not None
    ledger.announce(deleting, delete)
    assert ledger.get(op.location, op.name).status is ShareStatus.BUSY
    ledger.refused(replace(delete, status=http_status))
    assert ledger.get(op.location, op.name).status is status


def test_a_refused_operation_on_a_busy_share_leaves_it_to_the_one_that_is_under_way() -> None:
    ledger = Ledger()
    arrival, op = _created(ledger)
    ledger.mark(op.location, op.name, ShareStatus.ACTIVE)
    deleting = replace(arrival, kind=WorkloadKind.DELETE, number=2)
    delete = draft_op(deleting, ledger)
    assert delete is not None
    ledger.announce(deleting, replace(delete, number=7))
    premature = draft_op(replace(arrival, kind=WorkloadKind.PREMATURE, number=3), ledger)
    assert premature is not None
    ledger.refused(replace(premature, number=8, status=409))
    assert ledger.get(op.location, op.name).status is ShareStatus.BUSY


@pytest.mark.parametrize("status", ShareStatus)
def test_a_premature_operation_concerns_a_share_in_any_state_but_active(status: ShareStatus) -> None:
    ledger = Ledger()
    arrival, op = _created(ledger)
    ledger.mark(op.location, op.name, status)
    for drawn in (0.01, 0.99):
        premature = replace(arrival, kind=WorkloadKind.PREMATURE, number=2, operation=drawn, status=drawn)
        draft = draft_op(premature, ledger)
        if status is ShareStatus.ACTIVE:
            assert draft is None
        else:
            assert draft is not None
            assert draft.kind is (OpKind.DELETE if drawn < 0.5 else OpKind.RESIZE)
