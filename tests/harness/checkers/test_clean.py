"""L2 counts what the sweeper has had its time for."""

import pytest

from connector.values import replace
from reports.history import EffectKind, History
from reports.verdicts import Verdict
from tests.harness.checkers.histories import ON_CLUSTER, clean, effect, finding, reading, without

ORPHAN = replace(ON_CLUSTER, name="b", mark="spool/B")


def _left(*, late: bool = True, swept: bool = True, log: bool = True) -> History:
    """A share without a record at rest; swept: it is gone after the fence."""
    history = clean()
    born = effect(2, 20.0, name="b", mark="spool/B", late=late)
    gone = effect(3, 21.5, EffectKind.DELETED, name="b", mark="spool/B", request_id="B.sweep.1")
    history = replace(
        history,
        readings=(*without(history, side="north", round=1), reading("north", 1, ON_CLUSTER, ORPHAN)),
        effects=(*history.effects, born, *((gone,) if swept else ())) if log else (),
        has_effect_log=log,
    )
    if swept:
        return history
    return replace(
        history, readings=(*without(history, side="north", round=2), reading("north", 2, ON_CLUSTER, ORPHAN))
    )


@pytest.mark.parametrize("log", [True, False])
def test_what_came_late_and_was_swept_before_the_second_reading_is_clean(log: bool) -> None:
    assert finding(_left(log=log), "L2").verdict is Verdict.VALID


def test_what_the_pipeline_left_behind_is_no_cleaner_for_being_swept() -> None:
    found = finding(_left(late=False), "L2")
    assert found.verdict is Verdict.INVALID
    assert "orphan" in found.anomalies[0].message


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("log", [True, False])
def test_what_is_still_there_when_the_grace_is_over_is_not_clean(late: bool, log: bool) -> None:
    assert finding(_left(late=late, swept=False, log=log), "L2").verdict is Verdict.INVALID
