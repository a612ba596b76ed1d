"""S2: what is there without a create that could have made it, by the clocks' skew and by its size."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    OpKind,
    OpResult,
    Purpose,
)
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
from tests.harness.checkers.spoils import (
    made_before_asked,
    unasked_effect,
    unasked_size,
)

SKEWED = Bounds(limits=LIMITS, skew=0.5)
GET = op(3, 0.25, OpKind.GET, status=200, state="active", purpose=Purpose.POLL, key=None, completed_at=0.5)


CASES = [
    case(
        "an effect that nobody asked for",
        unasked_effect(clean()),
        "S2 north/b: it is there, and nobody had asked for it [effect 2]",
    ),
    case(
        "a size that nobody asked for",
        unasked_size(clean()),
        "S2 north/a: it has 5 bytes, a size that nobody had asked for (asked: 1073741824) [op 1, effect 1]",
    ),
    case(
        "an effect before its create was asked for",
        made_before_asked(clean()),
        "S2 north/a: it is there, and nobody had asked for it [effect 1]",
    ),
    case("an effect within the skew of the create", replace(clean(), effects=(effect(1, 0.5),)), bounds=SKEWED),
    case(
        "an effect just beyond the skew",
        replace(clean(), effects=(effect(1, 0.25),)),
        "S2 north/a: it is there, and nobody had asked for it [effect 1]",
        bounds=SKEWED,
    ),
    case("an effect of unknown size", replace(clean(), effects=(effect(1, 2.0, size=None),))),
    case(
        "a create of unknown size",
        replace(clean(), ops=(op(1, 1.0, size=None),)),
        "S2 north/a: it has 1073741824 bytes, a size that nobody had asked for (asked: no size) [op 1, effect 1]",
    ),
    case(
        "a cluster that rounds sizes up",
        replace(clean(), effects=(effect(1, 2.0, size=2 * GIB),)),
        bounds=Bounds(limits=LIMITS, sizes={"north": lambda size: 2 * size}),
    ),
    case(
        "the size of a create that came too late",
        more(
            clean(),
            ops=(op(3, 1.5, key="key-1", size=5, body_differs=True, result=OpResult.INFO),),
            effects=(effect(2, 0.9, EffectKind.CREATED, name="b", size=5),),
        ),
        "S2 north/b: it is there, and nobody had asked for it [effect 2]",
    ),
    case(
        "a record within the skew of its create",
        replace(clean(), changes=(change(1, 0.5, None, "pending", writer="api"), clean().changes[1])),
        bounds=SKEWED,
    ),
    case(
        "a record before its create",
        replace(clean(), changes=(change(1, 0.25, None, "pending", writer="api"), clean().changes[1])),
        "S2 north/a: it is there, and nobody had asked for it [change 1]",
        bounds=SKEWED,
    ),
    case(
        "a record that nobody asked for",
        more(clean(), changes=(change(3, 5.0, None, "pending", share="B", name="b"),)),
        "S2 north/b: it is there, and nobody had asked for it [change 3]",
    ),
    case(
        "shown and never asked for",
        showing(clean(), "north", 1, ON_CLUSTER, replace(ON_CLUSTER, name="b"), replace(ON_CLUSTER, location="south")),
        "S2 north/b: it is there, and nobody had asked for it [reading 11]",
        "S2 south/a: it is there, and nobody had asked for it [reading 11]",
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
    ),
    case(
        "shown before it was asked for",
        showing(
            more(clean(), ops=(op(3, 21.75, name="b", result=OpResult.INFO),)),
            "north",
            1,
            ON_CLUSTER,
            replace(ON_CLUSTER, name="b"),
        ),
        "S2 north/b: it is there, and nobody had asked for it [reading 11]",
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
        bounds=SKEWED,
    ),
    case(
        "shown within the skew of its create",
        showing(
            more(clean(), ops=(op(3, 21.5, name="b", result=OpResult.INFO),)),
            "north",
            1,
            ON_CLUSTER,
            replace(ON_CLUSTER, name="b"),
        ),
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
        bounds=SKEWED,
    ),
    case(
        "shown before the load",
        showing(
            showing(
                showing(clean(), "north", 0, replace(ON_CLUSTER, name="b")),
                "north",
                1,
                ON_CLUSTER,
                replace(ON_CLUSTER, name="b"),
            ),
            "north",
            2,
            ON_CLUSTER,
            replace(ON_CLUSTER, name="b"),
        ),
    ),
    case(
        "put there by hand, and shown by the cluster",
        showing(
            more(clean(), effects=(effect(2, 5.0, EffectKind.CREATED_BY_OTHERS, name="b", mark=None),)),
            "north",
            1,
            ON_CLUSTER,
            replace(ON_CLUSTER, name="b", mark=None),
        ),
    ),
    case(
        "put there by hand, and shown by the API",
        showing(
            more(clean(), effects=(effect(2, 5.0, EffectKind.CREATED_BY_OTHERS, name="b", mark=None),)),
            "api",
            1,
            RECORD,
            replace(RECORD, name="b", share="B"),
        ),
        "S2 north/b: it is there, and nobody had asked for it [reading 10]",
        "L2 north/b: is active, and not on the cluster [reading 10, reading 11]",
    ),
    case("an answer within the skew of the create", more(clean(), ops=(GET,)), bounds=SKEWED),
    case(
        "an answer before the create",
        more(clean(), ops=(replace(GET, completed_at=0.25),)),
        "S2 north/a: it is there, and nobody had asked for it [op 3]",
        bounds=SKEWED,
    ),
    case(
        "an answer that is no success",
        more(clean(), ops=(replace(GET, completed_at=0.25, result=OpResult.INFO),)),
        bounds=SKEWED,
    ),
    case("an answer that never came", more(clean(), ops=(replace(GET, name="b", completed_at=None),))),
    case(
        "an answer about what nobody asked for",
        more(clean(), ops=(replace(GET, name="b"),)),
        "S2 north/b: it is there, and nobody had asked for it [op 3]",
    ),
    case(
        "shown in another location before it was asked for",
        more(
            showing(clean(), "api", 1, RECORD, replace(RECORD, location="south")),
            ops=(op(3, 30.0, location="south", result=OpResult.INFO),),
        ),
        "S2 south/a: it is there, and nobody had asked for it [reading 10]",
    ),
    case(
        "shown in another location and never asked for",
        more(
            showing(clean(), "api", 1, RECORD, replace(RECORD, location="south")),
            ops=(op(3, 1.0, location="south", name="b", result=OpResult.INFO),),
        ),
        "S2 south/a: it is there, and nobody had asked for it [reading 10]",
    ),
    case(
        "shown within the skew of its create, and another was asked for later",
        more(
            showing(clean(), "api", 1, RECORD, replace(RECORD, location="south")),
            ops=(op(3, 21.5, location="south", result=OpResult.INFO), op(4, 30.0, name="b", result=OpResult.INFO)),
        ),
        bounds=SKEWED,
    ),
    case(
        "another size than was asked for within the skew",
        replace(
            clean(),
            ops=(op(1, 2.5, completed_at=2.75),),
            changes=(change(1, 2.6, None, "pending", writer="api"), clean().changes[1]),
            effects=(effect(1, 2.0, size=5),),
        ),
        "S2 north/a: it has 5 bytes, a size that nobody had asked for (asked: 1073741824) [effect 1, op 1]",
        bounds=SKEWED,
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
