"""Where a service has no change log, a report counts what the clients saw."""

from reports.history import History, Op, OpKind, OpResult, Purpose, Reading, SeenShare
from reports.measures import Measures, ShareOutcome


def _op(number: int, kind: OpKind, name: str, at: float, *, status: int = 200, state: str | None = None) -> Op:
    return Op(
        number=number,
        client="c",
        kind=kind,
        purpose=Purpose.POLL if kind is OpKind.GET else Purpose.LOAD,
        location="north",
        name=name,
        intended_at=at,
        invoked_at=at,
        completed_at=at + 0.1,
        result=OpResult.FAIL if status == 404 else OpResult.OK,
        status=status,
        share=f"id-{number}" if kind is OpKind.CREATE else None,
        state=state,
    )


def _measured(*ops: Op, shown: dict[str, str]) -> Measures:
    shares = tuple(SeenShare(location="north", name=name, state=state) for name, state in shown.items())
    reading = Reading(number=1, at=9.0, side="api", round=1, shares=shares)
    return Measures(History(ops=ops, readings=(reading,), has_changes=False))


def test_a_share_counts_as_active_from_the_answer_that_shows_it() -> None:
    measures = _measured(
        _op(1, OpKind.CREATE, "a", 1.0, state="pending"),
        _op(2, OpKind.GET, "a", 1.5, state="pending"),
        _op(3, OpKind.GET, "a", 2.0, state="active"),
        shown={"a": "active"},
    )
    assert measures.active_latencies() == {"north": [(1.0, 1.1)]}
    assert measures.share_outcomes() == {"north": {ShareOutcome.ACTIVE: 1}}


def test_what_was_deleted_failed_or_is_still_open_is_told_apart() -> None:
    measures = _measured(
        _op(1, OpKind.CREATE, "deleted", 1.0),
        _op(2, OpKind.GET, "deleted", 2.0, state="active"),
        _op(3, OpKind.DELETE, "deleted", 3.0),
        _op(4, OpKind.CREATE, "failed", 1.0),
        _op(5, OpKind.GET, "failed", 2.0, status=404),
        _op(6, OpKind.CREATE, "open", 1.0),
        shown={"open": "pending"},
    )
    assert measures.share_outcomes() == {
        "north": {ShareOutcome.DELETED: 1, ShareOutcome.FAILED: 1, ShareOutcome.OPEN: 1}
    }


def test_a_name_that_is_used_again_is_another_share() -> None:
    measures = _measured(
        _op(1, OpKind.CREATE, "a", 1.0),
        _op(2, OpKind.GET, "a", 2.0, status=404),
        _op(3, OpKind.CREATE, "a", 3.0),
        shown={"a": "active"},
    )
    assert measures.share_outcomes() == {"north": {ShareOutcome.FAILED: 1, ShareOutcome.ACTIVE: 1}}
