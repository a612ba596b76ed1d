"""Rows of several sources stand in the order of their instants, with numbers of their own."""

from harness.collect.assemble import in_order
from reports.history import Attempt, Effect, EffectKind, Hop


def _effect(number: int, at: float, cluster: str) -> Effect:
    return Effect(number=number, at=at, cluster=cluster, kind=EffectKind.CREATED, name="a", incarnation=1)


def test_rows_are_numbered_through_in_the_order_of_their_instants() -> None:
    rows = in_order([_effect(1, 1.0, "north"), _effect(2, 3.0, "north"), _effect(1, 2.0, "south")])
    assert [(row.number, row.at, row.cluster) for row in rows] == [
        (1, 1.0, "north"),
        (2, 2.0, "south"),
        (3, 3.0, "north"),
    ]


def test_rows_of_one_source_that_share_an_instant_keep_their_order() -> None:
    rows = in_order([_effect(8, 1.0, "north"), _effect(9, 1.0, "north"), _effect(10, 1.0, "north")])
    assert [row.number for row in rows] == [1, 2, 3]
    assert len({row.at for row in rows}) == 1


def test_attempts_are_ordered_by_their_beginning() -> None:
    late = Attempt(number=1, hop=Hop.CLIENT, began_at=2.0, ended_at=2.1)
    early = Attempt(number=1, hop=Hop.PROCESSOR, began_at=1.0, ended_at=9.0)
    assert [(row.number, row.hop) for row in in_order([late, early])] == [(1, Hop.PROCESSOR), (2, Hop.CLIENT)]
