"""L5 of access changes: what was accepted must be so on the cluster at the end, where nothing hindered it."""

import pytest

from connector.operations import Capability
from connector.values import replace
from fake_clusters.spec import ClusterSpec
from harness.checkers.history_index import Bounds
from harness.mutants.base import base_scenario
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult
from tests.harness.checkers.histories import anomalies, case, clean, effect, more, op

NORTH = ClusterSpec(name="north")
BOUNDS = Bounds(scenario=replace(base_scenario(), clusters=(NORTH,)))
CLOSED = replace(clean(), changes=(), has_changes=False, injections=(), attempts=(), has_commands=False)


def asked(kind: OpKind, number: int, at: float, **fields: object) -> Op:
    return op(number, at, kind, status=200, state=None, **fields)


def done(kind: EffectKind, number: int, at: float, **fields: object) -> Effect:
    return effect(number, at, kind, size=None, **fields)


ALLOW, DENY = asked(OpKind.ALLOW, 3, 5.0), asked(OpKind.DENY, 4, 6.0)
ALLOWED, DENIED = done(EffectKind.ALLOWED, 2, 5.05), done(EffectKind.DENIED, 3, 6.05)
EARLY = done(EffectKind.ALLOWED, 2, 4.5)
LEFT = (
    "L5 north/a: its deny was accepted, and the cluster still gives access, and nothing had gone wrong [effect 2, op 4]"
)
NOT_GIVEN = "L5 north/a: its allow was accepted, and the cluster gives no access, and nothing had gone wrong [op 3]"


def after(*rows: Op | Effect) -> History:
    ops = tuple(row for row in rows if isinstance(row, Op))
    return more(CLOSED, ops=ops, effects=tuple(row for row in rows if isinstance(row, Effect)))


@pytest.mark.parametrize(
    ("history", "bounds", "found"),
    [
        case("given and taken away", after(ALLOW, DENY, ALLOWED, DENIED), bounds=BOUNDS),
        case("given, and not taken away", after(ALLOW, DENY, ALLOWED), LEFT, bounds=BOUNDS),
        case("accepted, and not given", after(ALLOW), NOT_GIVEN, bounds=BOUNDS),
        case("taken away, and nothing had been given", after(DENY), bounds=BOUNDS),
        case(
            "given again later",
            after(ALLOW, DENY, asked(OpKind.ALLOW, 5, 7.0), ALLOWED, DENIED, done(EffectKind.ALLOWED, 4, 7.05)),
            bounds=BOUNDS,
        ),
        case("refused", after(ALLOW, replace(DENY, result=OpResult.FAIL, status=409), ALLOWED), bounds=BOUNDS),
        case("unclear", after(ALLOW, replace(DENY, result=OpResult.INFO, status=504), ALLOWED), bounds=BOUNDS),
        case("two at once", after(replace(ALLOW, completed_at=6.5), DENY, ALLOWED), bounds=BOUNDS),
        case(
            "unclear before it",
            after(replace(ALLOW, result=OpResult.INFO, status=504), DENY, ALLOWED),
            bounds=BOUNDS,
        ),
        case(
            "given by the service itself",
            after(ALLOW, DENY, done(EffectKind.ALLOWED, 2, 4.0), DENIED, done(EffectKind.ALLOWED, 4, 6.5)),
            bounds=BOUNDS,
        ),
        case("in another life of the name", after(ALLOW, DENY, replace(ALLOWED, incarnation=2)), bounds=BOUNDS),
        case(
            "on a cluster that knows no access",
            after(ALLOW),
            bounds=Bounds(
                scenario=replace(base_scenario(), clusters=(replace(NORTH, capabilities=frozenset({Capability.MARK})),))
            ),
        ),
        case("without a log of effects", replace(after(ALLOW, DENY, ALLOWED), has_effect_log=False), bounds=BOUNDS),
        case("one after the other", after(replace(ALLOW, completed_at=6.0), DENY, ALLOWED), LEFT, bounds=BOUNDS),
        case("as the share was made", after(replace(ALLOW, invoked_at=2.0)), NOT_GIVEN, bounds=BOUNDS),
        case("before the share was made", after(replace(ALLOW, invoked_at=1.75, completed_at=2.5)), bounds=BOUNDS),
        case("of a share that is gone", after(ALLOW, done(EffectKind.WIPED, 2, 6.0)), bounds=BOUNDS),
        case(
            "given, and asked for again",
            after(ALLOW, asked(OpKind.ALLOW, 4, 6.0), asked(OpKind.DENY, 5, 7.0), ALLOWED),
            LEFT.replace("op 4", "op 5"),
            bounds=BOUNDS,
        ),
        case(
            "given by the service itself, after it had been taken away",
            after(asked(OpKind.DENY, 3, 4.0), asked(OpKind.ALLOW, 4, 5.0), asked(OpKind.DENY, 5, 6.0), EARLY),
            bounds=BOUNDS,
        ),
        case(
            "given within the skew of the question",
            after(ALLOW, DENY, replace(ALLOWED, at=4.75)),
            LEFT,
            bounds=replace(BOUNDS, skew=0.25),
        ),
        case("where nobody knows what the cluster can do", after(ALLOW)),
    ],
)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def test_a_busy_cluster_is_no_excuse_for_what_was_told_to_be_done() -> None:
    others = tuple(op(number, 5.5, name=f"b{number}", result=OpResult.FAIL, status=409) for number in range(10, 30))
    busy = more(after(ALLOW, DENY, ALLOWED), ops=others)
    assert LEFT in anomalies(busy, BOUNDS)


def test_what_met_a_fault_may_come_to_nothing() -> None:
    hindered = replace(after(ALLOW, DENY, ALLOWED), injections=clean().injections)
    assert hindered.injections
    assert anomalies(hindered, BOUNDS) == []
