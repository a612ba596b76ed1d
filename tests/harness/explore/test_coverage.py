"""What a run has exercised, also of a service of which only its clients saw the states."""

from connector.values import replace
from harness.explore.coverage import exercised
from reports.history import History, NemesisAction, OpKind
from tests.harness.checkers.histories import clean, op

KILLED = NemesisAction(number=1, at=2.0, action="kill", target="worker")


def closed() -> History:
    """A create, seen pending and then active by its client, and a kill in between."""
    seen = op(2, 3.0, OpKind.GET, status=200, state="active")
    return replace(clean(), ops=(op(1, 1.0), seen), changes=(), has_changes=False, injections=(), nemesis=(KILLED,))


def test_without_a_log_of_changes_the_states_are_those_that_clients_saw() -> None:
    items = exercised(closed())
    assert {"clients moved none to pending", "clients moved pending to active"} <= items
    assert "kill worker while pending" in items


def test_a_log_of_changes_is_what_counts_where_there_is_one() -> None:
    assert not any(item.startswith("clients ") for item in exercised(replace(closed(), has_changes=True)))
