"""S5: a resize that is said to have come about, or not to have, while the cluster says otherwise."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult, StateChange
from tests.harness.checkers.histories import (
    GIB,
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    case,
    change,
    clean,
    effect,
    more,
    op,
    showing,
)

SKEWED = Bounds(limits=LIMITS, skew=0.5)
ROUNDED = Bounds(limits=LIMITS, sizes={"north": lambda size: -(-size // GIB) * GIB})
GIVEN_UP = "not resized: attempts used up"


def asked(size: int = 2 * GIB, at: float = 5.0, number: int = 3, **fields: object) -> Op:
    return op(number, at, OpKind.RESIZE, size=size, state="updating", **fields)


def updating(at: float = 5.05, number: int = 3) -> StateChange:
    return change(number, at, "active", "updating", writer="api")


def active(at: float = 7.0, number: int = 4, reason: str | None = None) -> StateChange:
    return change(number, at, "updating", "active", reason=reason)


def resized(size: int | None = 2 * GIB, at: float = 6.0, number: int = 2, **fields: object) -> Effect:
    return effect(number, at, EffectKind.RESIZED, size=size, **fields)


def after(
    *effects: Effect,
    size: int,
    reason: str | None = None,
    ops: tuple[Op, ...] = (asked(),),
    changes: tuple[StateChange, ...] | None = None,
) -> History:
    """A share that was resized: what became of it on the cluster, and with which size it is there at rest."""
    moves = (updating(), active(reason=reason)) if changes is None else changes
    history = more(clean(), ops=ops, changes=moves, effects=effects)
    for round in (1, 2):
        history = showing(history, "api", round, replace(RECORD, size=size))
        history = showing(history, "north", round, replace(ON_CLUSTER, size=size))
    return history


def untrue(size: int, had: int, rows: str, *, has: str = "had") -> str:
    return f"S5 north/a: was said to be resized to {size} bytes; the cluster {has} {had} [{rows}]"


def also_untrue(kept: int, had: int, rows: str) -> str:
    return f"S5 north/a: was said not to be resized from {kept} bytes; the cluster had {had} [{rows}]"


NOTHING_DONE = untrue(2 * GIB, GIB, "effect 1, op 3, change 4")
DONE_ALL_THE_SAME = also_untrue(GIB, 2 * GIB, "op 3, effect 2, change 4")
LATE = resized(size=3 * GIB, at=6.9, number=3, late=True)
UNLOGGED = after(size=GIB)


CASES = [
    case("it came about", after(resized(), size=2 * GIB)),
    case("it did nothing", after(size=GIB), NOTHING_DONE),
    case(
        "a shrink did nothing",
        after(size=GIB, ops=(asked(GIB // 2),)),
        untrue(GIB // 2, GIB, "effect 1, op 3, change 4"),
    ),
    case(
        "it landed on another size",
        after(resized(3 * GIB), size=3 * GIB),
        untrue(2 * GIB, 3 * GIB, "op 3, effect 2, change 4"),
    ),
    case("it landed after it was said to be done", after(resized(at=8.0), size=2 * GIB), NOTHING_DONE),
    case("it landed within the skew", after(resized(at=7.5), size=2 * GIB), bounds=SKEWED),
    case(
        "it landed beyond the skew",
        after(resized(at=7.75), size=2 * GIB),
        NOTHING_DONE,
        bounds=SKEWED,
    ),
    case("the cluster rounds up", after(resized(), size=2 * GIB, ops=(asked(GIB + 1),)), bounds=ROUNDED),
    case(
        "the cluster rounds up to less than it has",
        after(resized(3 * GIB), size=3 * GIB, ops=(asked(GIB + 1),)),
        untrue(2 * GIB, 3 * GIB, "op 3, effect 2, change 4"),
        bounds=ROUNDED,
    ),
    case("an older resize landed late, after the look", after(resized(), LATE, size=3 * GIB)),
    case(
        "only something else landed late",
        after(LATE, size=3 * GIB),
        untrue(2 * GIB, 3 * GIB, "op 3, effect 3, change 4"),
    ),
    case(
        "it was undone in time",
        after(resized(), resized(GIB, at=6.5, number=3), size=GIB),
        untrue(2 * GIB, GIB, "op 3, effect 3, change 4"),
    ),
    case(
        "it was undone at the earliest that the skew lets count",
        after(resized(at=5.5), resized(GIB, at=6.5, number=3), size=GIB),
        bounds=SKEWED,
    ),
    case("it was given up and nothing came about", after(size=GIB, reason=GIVEN_UP)),
    case("it was given up and came about", after(resized(), size=2 * GIB, reason=GIVEN_UP), DONE_ALL_THE_SAME),
    case(
        "it was given up and came about at once",
        after(resized(at=5.06), size=2 * GIB, reason=GIVEN_UP),
        DONE_ALL_THE_SAME,
    ),
    case("it was given up and came about late", after(resized(late=True), size=2 * GIB, reason=GIVEN_UP)),
    case(
        "it was given up, came about and was overtaken",
        after(resized(), resized(GIB, at=6.5, number=3), size=GIB, reason=GIVEN_UP),
    ),
    case("it asked for the size that it had, and was given up", after(size=GIB, reason=GIVEN_UP, ops=(asked(GIB),))),
    case(
        "it was given up and is of a third size",
        after(resized(3 * GIB), size=3 * GIB, reason=GIVEN_UP),
        also_untrue(GIB, 3 * GIB, "op 3, effect 2, change 4"),
    ),
    case(
        "the one of two that was unclear came about",
        after(
            resized(),
            size=2 * GIB,
            ops=(asked(result=OpResult.INFO, completed_at=4.9, at=4.5), asked(3 * GIB, number=4, at=5.0)),
        ),
    ),
    case(
        "neither of two came about",
        after(size=GIB, ops=(asked(result=OpResult.INFO, completed_at=None), asked(3 * GIB, number=4, at=5.0))),
        f"S5 north/a: was said to be resized to {2 * GIB} or {3 * GIB} bytes; the cluster had {GIB}"
        " [effect 1, op 3, op 4, change 4]",
    ),
    case(
        "the one that was refused came about",
        after(
            resized(),
            size=2 * GIB,
            ops=(asked(result=OpResult.FAIL, status=405), asked(3 * GIB, number=4, at=5.0)),
        ),
        untrue(3 * GIB, 2 * GIB, "op 4, effect 2, change 4"),
    ),
    case(
        "the one came about whose first try may have been accepted",
        after(
            resized(),
            size=2 * GIB,
            ops=(asked(result=OpResult.FAIL, status=405, tries=2), asked(3 * GIB, number=4, at=5.0)),
        ),
    ),
    case(
        "an earlier one came about, which was over",
        after(
            resized(),
            size=2 * GIB,
            ops=(asked(at=4.0), asked(3 * GIB, number=4, at=5.0)),
        ),
        untrue(3 * GIB, 2 * GIB, "op 4, effect 2, change 4"),
    ),
    case(
        "an earlier one came about, which was over within the skew",
        after(resized(), size=2 * GIB, ops=(asked(at=4.45), asked(3 * GIB, number=4, at=5.0))),
        bounds=SKEWED,
    ),
    case(
        "a later one came about",
        after(resized(), size=2 * GIB, ops=(asked(at=5.2, result=OpResult.INFO), asked(3 * GIB, number=4, at=5.0))),
        untrue(3 * GIB, 2 * GIB, "op 4, effect 2, change 4"),
    ),
    case(
        "a later one came about, as late as the skew lets it be",
        after(
            resized(),
            size=2 * GIB,
            ops=(asked(3 * GIB, number=4, at=4.75), asked(at=5.5, result=OpResult.INFO)),
            changes=(updating(at=5.0), active()),
        ),
        bounds=SKEWED,
    ),
    case("nobody knows what was asked", after(size=GIB, ops=())),
    case("a cluster that does not tell its sizes", after(resized(size=None), size=GIB)),
    case(
        "the first of two did nothing",
        after(
            resized(3 * GIB, at=9.0),
            size=3 * GIB,
            ops=(asked(), asked(3 * GIB, number=4, at=8.0)),
            changes=(updating(), active(), updating(8.05, 5), active(10.0, 6)),
        ),
        NOTHING_DONE,
    ),
    case(
        "of another life of the name",
        after(
            replace(effect(2, 1.0, EffectKind.RESIZED, size=2 * GIB), incarnation=0),
            size=GIB,
        ),
        NOTHING_DONE,
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def unlogged(history: History) -> History:
    return replace(history, effects=(), has_effect_log=False)


AT_REST = untrue(2 * GIB, GIB, "op 3, change 4, reading 11", has="has")


@pytest.mark.parametrize(
    ("history", "found"),
    [
        (after(size=GIB), [AT_REST]),
        (after(size=2 * GIB), []),
        (after(size=GIB, reason=GIVEN_UP), []),
        (showing(after(size=GIB), "north", 1, replace(ON_CLUSTER, size=GIB), at=7.0), [AT_REST]),
        (
            after(size=GIB, changes=(updating(), active(), change(5, 9.0, "active", "updating", writer="api"))),
            [],
        ),
    ],
    ids=["it did nothing", "it came about", "it was given up", "read at once", "something followed"],
)
def test_without_an_effect_log_the_last_resize_is_judged_at_rest(history: History, found: list[str]) -> None:
    assert anomalies(unlogged(history)) == found


def test_a_share_that_was_not_read_again_says_nothing() -> None:
    early = after(size=GIB, changes=(updating(), active(at=30.0)))
    assert anomalies(unlogged(early)) == []


def test_a_wiped_share_is_no_resize_that_ended_otherwise() -> None:
    wiped = effect(2, 6.0, EffectKind.WIPED, request_id=None)
    history = after(wiped, size=GIB, reason="not resized: the share is not on the cluster")
    assert [row for row in anomalies(history) if "resized" in row] == []
