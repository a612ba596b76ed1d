"""S5: active records whose share is not on the cluster, or has another size."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import EffectKind, History, OpResult
from tests.harness.checkers.histories import (
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    case,
    change,
    clean,
    effect,
    more,
    showing,
    without,
)
from tests.harness.checkers.spoils import (
    active_and_absent,
    active_before_it_was_made,
    active_with_another_size,
    half_made_and_active,
    removed_while_active,
)

SKEWED = Bounds(limits=LIMITS, skew=0.5)
UNLOGGED = replace(clean(), effects=(), has_effect_log=False)
CLOSED = replace(clean(), changes=(), has_changes=False)


def _read(**fields: object) -> History:
    """The closed history, in which the share was read so."""
    create, get = CLOSED.ops
    return replace(CLOSED, ops=(create, replace(get, **fields)))  # type: ignore[arg-type]  # the tests' own field names


CASES = [
    case(
        "active before it was made",
        active_before_it_was_made(clean()),
        "S5 north/a: was called active, and was not on the cluster [change 2, effect 1]",
        "S10 north/a: was made again after its create had ended [change 2, effect 1]",
    ),
    case(
        "half-made and active",
        half_made_and_active(clean()),
        "S5 north/a: was called active, and was not on the cluster [effect 1, change 2]",
    ),
    case(
        "removed while active",
        removed_while_active(clean()),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
    ),
    case("made within the skew", replace(clean(), effects=(effect(1, 3.5),)), bounds=SKEWED),
    case(
        "made beyond the skew",
        replace(clean(), effects=(effect(1, 3.75),)),
        "S5 north/a: was called active, and was not on the cluster [change 2, effect 1]",
        "S10 north/a: was made again after its create had ended [change 2, effect 1]",
        bounds=SKEWED,
    ),
    case(
        "removed within the skew of a delete",
        more(
            clean(),
            changes=(change(3, 5.0, "active", "deleting"), change(4, 6.0, "deleting", None)),
            effects=(effect(2, 4.5, EffectKind.DELETED),),
        ),
        bounds=SKEWED,
    ),
    case(
        "removed before the skew of a delete",
        more(
            clean(),
            changes=(change(3, 5.0, "active", "deleting"), change(4, 6.0, "deleting", None)),
            effects=(effect(2, 4.25, EffectKind.DELETED),),
        ),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
        bounds=SKEWED,
    ),
    case(
        "active for less than the skew, and never made",
        replace(
            clean(),
            changes=(*clean().changes, change(3, 3.25, "active", "deleting"), change(4, 6.0, "deleting", None)),
            effects=(),
        ),
        "S5 north/a: was called active, and was not on the cluster [change 2]",
        bounds=SKEWED,
    ),
    case(
        "many lives, none of which covers it",
        more(
            clean(),
            effects=(
                effect(2, 2.25, EffectKind.DELETED),
                effect(3, 7.0, incarnation=2),
                effect(4, 8.0, EffectKind.DELETED, incarnation=2),
                effect(5, 9.0, incarnation=3),
                effect(6, 9.5, EffectKind.DELETED, incarnation=3),
            ),
        ),
        (
            "S5 north/a: was called active, and was not on the cluster"
            " [effect 1, effect 2, change 2, effect 3, effect 5]"
        ),
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
        "S10 north/a: was made again after its create had ended [change 2, effect 5]",
    ),
    case(
        "another size",
        active_with_another_size(clean()),
        "S5 north/a: is active with 1073741824 bytes; the cluster has 7 [reading 10]",
    ),
    case(
        "another size while it is updating",
        showing(showing(clean(), "api", 2, replace(RECORD, state="updating")), "north", 2, replace(ON_CLUSTER, size=7)),
    ),
    case(
        "another size in a reading that failed",
        showing(showing(clean(), "api", 2, RECORD, ok=False), "north", 2, replace(ON_CLUSTER, size=7)),
    ),
    case(
        "absent", active_and_absent(clean()), "L2 north/a: is active, and not on the cluster [reading 20, reading 21]"
    ),
    case(
        "absent, by a log of effects alone",
        showing(CLOSED, "north", 2),
        "S5 north/a: is active, and the cluster does not show it [reading 20]",
        "L2 north/a: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case(
        "absent, by a log of changes alone",
        showing(UNLOGGED, "north", 2),
        "S5 north/a: is active, and the cluster does not show it [reading 20]",
        "L2 north/a: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case(
        "read as active before it was made, without a change log",
        replace(CLOSED, effects=(effect(1, 4.75),)),
        "S5 north/a: was read as active, and was not on the cluster [op 2, effect 1]",
        bounds=SKEWED,
    ),
    case("… within the skew", replace(CLOSED, effects=(effect(1, 4.6),)), bounds=SKEWED),
    case(
        "read as active while it was half-made, without a change log",
        replace(CLOSED, effects=(effect(1, 2.0, EffectKind.HALF_CREATED),)),
        "S5 north/a: was read as active, and was not on the cluster [effect 1, op 2]",
    ),
    case(
        "read as active after it was removed, without a change log",
        replace(CLOSED, effects=(effect(1, 2.0), effect(2, 3.25, EffectKind.DELETED))),
        "S5 north/a: was read as active, and was not on the cluster [effect 1, op 2]",
        bounds=SKEWED,
    ),
    case(
        "… at the earliest that the skew forgives",
        replace(CLOSED, effects=(effect(1, 2.0), effect(2, 3.5, EffectKind.DELETED))),
        bounds=SKEWED,
    ),
    case(
        "… and made anew before",
        replace(CLOSED, effects=(effect(1, 2.0), effect(2, 2.5, EffectKind.DELETED), effect(3, 3.0, incarnation=2))),
    ),
    case(
        "… when somebody removed it by hand",
        replace(CLOSED, effects=(effect(1, 2.0), effect(2, 3.25, EffectKind.DELETED_BY_OTHERS))),
    ),
    case("… when its cluster was wiped", replace(CLOSED, effects=(effect(1, 2.0), effect(2, 3.25, EffectKind.WIPED)))),
    case("read as pending before it was made", replace(_read(state="pending"), effects=(effect(1, 9.0),))),
    case("never read to the end", replace(_read(completed_at=None), effects=(effect(1, 9.0),))),
    case(
        "read as active by an answer that is no answer",
        replace(_read(result=OpResult.INFO), effects=(effect(1, 9.0),)),
    ),
    case(
        "read as active, and there before the load",
        replace(showing(showing(CLOSED, "north", 0, ON_CLUSTER), "api", 0, RECORD), effects=()),
    ),
    case(
        "read as active before it was made, with neither log",
        replace(CLOSED, effects=(), has_effect_log=False),
    ),
    case("on a cluster that was not read", replace(UNLOGGED, readings=without(UNLOGGED, side="north", round=2))),
    case(
        "without a record of the API",
        replace(clean(), readings=tuple(row for row in clean().readings if row.side != "api")),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
