"""What a load knows of its shares, from its own ops and their answers."""

from dataclasses import replace

import pytest

from harness.scenario.scenario import Workload, WorkloadKind
from harness.workload.arrivals import Arrival, plan
from harness.workload.drafts import draft_op
from harness.workload.ledger import Ledger, Standing
from reports.history import Op


def _created(ledger: Ledger) -> tuple[Arrival, Op]:
    arrival, *_ = plan(Workload(rate=1.0, duration=10.0, mix={WorkloadKind.CREATE: 1.0}), seed=1, clusters=["north"])
    op = draft_op(arrival, ledger)
    assert op is not None
    ledger.announce(arrival, op)
    return arrival, op


def test_a_create_is_known_before_its_answer_and_pending_once_it_is_accepted() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    assert ledger.get(op.location, op.name).standing is Standing.ASKED
    ledger.accepted(op)
    assert ledger.get(op.location, op.name).standing is Standing.PENDING


def test_an_answer_that_comes_after_a_poll_said_more_changes_nothing() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    ledger.mark(op.location, op.name, Standing.ACTIVE)
    ledger.accepted(op)
    ledger.refused(op)
    assert ledger.get(op.location, op.name).standing is Standing.ACTIVE


def test_what_a_refused_create_asked_for_is_gone_but_for_the_refusal_of_a_repetition() -> None:
    ledger = Ledger()
    _, op = _created(ledger)
    ledger.refused(replace(op, number=op.number + 1))
    assert ledger.get(op.location, op.name).standing is Standing.ASKED
    ledger.refused(op)
    assert ledger.get(op.location, op.name).standing is Standing.GONE


@pytest.mark.parametrize(("status", "standing"), [(409, Standing.ACTIVE), (404, Standing.GONE)])
def test_a_refused_delete_leaves_the_share_as_it_was_unless_there_is_none(status: int, standing: Standing) -> None:
    ledger = Ledger()
    arrival, op = _created(ledger)
    ledger.mark(op.location, op.name, Standing.ACTIVE)
    deleting = replace(arrival, kind=WorkloadKind.DELETE, number=2)
    delete = draft_op(deleting, ledger)
    assert delete is not None
    ledger.announce(deleting, delete)
    assert ledger.get(op.location, op.name).standing is Standing.BUSY
    ledger.refused(replace(delete, status=status))
    assert ledger.get(op.location, op.name).standing is standing
