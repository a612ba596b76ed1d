"""What did not come to rest in time is a doubt where the machine had no time for the harness either."""

import pytest

from connector.values import replace
from reports.history import History, Sample
from tests.harness.checkers.histories import clean, finding
from tests.harness.checkers.spoils import still_pending


def late(share: float) -> History:
    """A history of ten seconds for this part of which the harness was late."""
    values = (*[0.0] * 9, 10 * share)  # one that is late at the end: a sum of ten would miss the bound by its rounding
    lags = tuple(Sample(at=float(at), metric="harness.lag", value=value) for at, value in enumerate(values, 1))
    return replace(still_pending(clean()), samples=lags)


@pytest.mark.parametrize(("share", "verdict"), [(0.0, "invalid"), (0.4, "invalid"), (0.41, "unknown")])
def test_a_record_that_came_to_no_rest_is_held_against_the_service_only_while_the_machine_had_time(
    share: float, verdict: str
) -> None:
    assert str(finding(late(share), "L1").verdict) == verdict


def test_the_verdict_says_by_how_much_the_harness_was_late() -> None:
    assert finding(late(0.5), "L1").summary == (
        "1 anomaly, perhaps only because the machine had no time: the harness itself was late by 5 of 10 s"
    )
    assert finding(replace(late(0.5), samples=()), "L1").summary == "1 anomaly"


def test_safety_is_judged_all_the_same() -> None:
    assert finding(late(0.9), "S5").verdict == finding(late(0.0), "S5").verdict
