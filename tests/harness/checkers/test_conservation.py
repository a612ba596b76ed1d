"""S10: messages that are left over at rest, and shares that a repeated message made again."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    OpResult,
    PartEnd,
    Sample,
)
from tests.harness.checkers.histories import (
    LIMITS,
    anomalies,
    case,
    change,
    clean,
    effect,
    more,
    op,
    showing,
    without,
)
from tests.harness.checkers.spoils import (
    made_again_after_the_end,
    message_left_over,
)

WAITING = Sample(at=25.0, metric="queue", value=2.0)
ENDED = PartEnd(number=1, at=2.5, part="processor", status=None, signal="SIGKILL")
AGAIN = (
    effect(2, 2.25, EffectKind.DELETED),
    effect(3, 3.5, incarnation=2),
    effect(4, 4.25, EffectKind.DELETED, incarnation=2),
)
DELETED = (change(3, 4.0, "active", "deleting"), change(4, 4.5, "deleting", None))
SKEWED = Bounds(limits=LIMITS, skew=0.5)


CASES = [
    case("a message left over", message_left_over(clean()), "S10 2 messages are still waiting at rest [reading 10]"),
    case(
        "one message left over",
        replace(clean(), samples=(replace(WAITING, value=1.0),)),
        "S10 1 message is still waiting at rest [reading 10]",
    ),
    case(
        "half a message left over",
        replace(clean(), samples=(replace(WAITING, value=0.5),)),
        "S10 0.5 messages are still waiting at rest [reading 10]",
    ),
    case(
        "the queue went empty at last",
        more(message_left_over(clean()), samples=(replace(WAITING, at=26.0, value=0.0),)),
    ),
    case("a message waited before rest", replace(clean(), samples=(replace(WAITING, at=20.5),))),
    case(
        "a message waited as the API was read",
        replace(clean(), samples=(replace(WAITING, at=21.0),)),
        "S10 2 messages are still waiting at rest [reading 10]",
    ),
    case("no samples of the queue", replace(clean(), samples=())),
    case("a sample of something else", replace(clean(), samples=(replace(WAITING, metric="north.in_service"),))),
    case("a message left over, and the API could not be read", showing(message_left_over(clean()), "api", 1, ok=False)),
    case(
        "a message left over, and the API was not read",
        replace(message_left_over(clean()), readings=without(clean(), side="api", round=1)),
    ),
    case(
        "a message left over after an unplanned end",
        replace(message_left_over(clean()), part_ends=(ENDED,)),
        "V4 the processor ended unplanned: killed by SIGKILL [part-end 1]",
    ),
    case(
        "made again after the end",
        made_again_after_the_end(clean()),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
    ),
    case("made again within the skew", more(clean(), changes=DELETED, effects=AGAIN), bounds=SKEWED),
    case(
        "made again after the skew",
        more(clean(), changes=DELETED, effects=(AGAIN[0], effect(3, 3.75, incarnation=2), AGAIN[2])),
        (
            "S5 north/a: was called active, and was not on the cluster"
            " [effect 1, effect 2, change 2, effect 3, effect 4]"
        ),
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
        bounds=SKEWED,
    ),
    case(
        "half-made again",
        more(
            clean(),
            changes=DELETED,
            effects=(AGAIN[0], effect(3, 3.75, EffectKind.HALF_CREATED, incarnation=2), AGAIN[2]),
        ),
        (
            "S5 north/a: was called active, and was not on the cluster"
            " [effect 1, effect 2, change 2, effect 3, effect 4]"
        ),
        bounds=SKEWED,
    ),
    case(
        "made again, late, and swept",
        more(
            clean(),
            changes=DELETED,
            effects=(
                effect(2, 4.25, EffectKind.DELETED),
                effect(3, 6.0, incarnation=2, late=True),
                effect(4, 7.0, EffectKind.DELETED, incarnation=2),
            ),
        ),
    ),
    case(
        "made again in time for its command, and swept",
        more(
            clean(),
            changes=DELETED,
            effects=(
                effect(2, 4.25, EffectKind.DELETED),
                effect(3, 6.0, incarnation=2),
                effect(4, 7.0, EffectKind.DELETED, incarnation=2),
            ),
        ),
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, effect 3]",
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
    ),
    case(
        "made again, late, and left",
        more(
            clean(),
            changes=DELETED,
            effects=(effect(2, 4.25, EffectKind.DELETED), effect(3, 6.0, incarnation=2, late=True)),
        ),
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, effect 3]",
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
    ),
    case(
        "made by nobody known",
        more(clean(), effects=(effect(2, 4.0, name="b", mark=None, request_id=None, size=None),)),
        "S2 north/b: it is there, and nobody had asked for it [effect 2]",
    ),
    case(
        "two records, made again in turns",
        more(
            clean(),
            ops=(op(3, 1.0, name="b", share="B", result=OpResult.INFO),),
            changes=(
                change(3, 1.5, None, "pending", share="B", name="b"),
                change(4, 3.0, "pending", "active", share="B", name="b"),
            ),
            effects=(
                effect(2, 2.0, name="b", mark="spool/B"),
                effect(3, 5.0, name="b", mark="spool/B"),
                effect(4, 5.0, incarnation=2),
                effect(5, 6.0, name="b", mark="spool/B"),
                effect(6, 6.0, incarnation=3),
            ),
        ),
        "S1 north/a: a second share was made on the cluster while the first was alive [effect 1, effect 4]",
        "S1 north/a: a second share was made on the cluster while the first was alive [effect 4, effect 6]",
        "S10 north/a: was made again after its create had ended [change 2, effect 4]",
        "S10 north/a: was made again after its create had ended [change 2, effect 6]",
        "S10 north/b: was made again after its create had ended [change 4, effect 3]",
        "S10 north/b: was made again after its create had ended [change 4, effect 5]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
