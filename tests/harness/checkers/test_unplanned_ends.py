"""V4: parts that ended unasked: by themselves, or by a signal from outside."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    PartEnd,
)
from tests.harness.checkers.histories import (
    anomalies,
    case,
    clean,
    finding,
)
from tests.harness.checkers.spoils import (
    crashed,
    still_pending,
)

KILLED = PartEnd(number=1, at=2.5, part="processor", signal="SIGKILL")


CASES = [
    case("a part crashed", crashed(clean()), "V4 the processor ended unplanned: exit status 1 [part-end 1]"),
    case(
        "a part was killed",
        replace(clean(), part_ends=(KILLED,)),
        "V4 the processor ended unplanned: killed by SIGKILL [part-end 1]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (KILLED, "unknown"),
        (replace(KILLED, signal="SIGTERM"), "unknown"),
        (replace(KILLED, signal="signal 40"), "unknown"),
        (replace(KILLED, signal=None, status=0), "unknown"),
        (replace(KILLED, signal=None, status=1), "invalid"),
        (replace(KILLED, signal="SIGSEGV"), "invalid"),
        (replace(KILLED, signal="SIGABRT"), "invalid"),
        (replace(KILLED, signal="SIGBUS"), "invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.how,
)
def test_an_end_of_its_own_is_a_defect_and_one_from_outside_a_doubt(end: PartEnd, verdict: str) -> None:
    assert str(finding(replace(clean(), part_ends=(end,)), "V4").verdict) == verdict
    after_another = replace(clean(), part_ends=(KILLED, replace(end, number=2, at=3.0)))
    assert str(finding(after_another, "V4").verdict) == verdict


def test_the_verdict_names_each_end_from_outside() -> None:
    found = finding(replace(clean(), part_ends=(KILLED, replace(KILLED, number=2, at=3.0, part="api"))), "V4")
    assert found.summary == (
        "2 anomalies, the processor ended unplanned at 2.50 s: killed by SIGKILL;"
        " the api ended unplanned at 3.00 s: killed by SIGKILL"
    )
    assert finding(clean(), "V4").summary == "holds"


def test_what_did_not_come_to_rest_after_an_unplanned_end_is_not_held_against_the_pipeline() -> None:
    found = finding(replace(still_pending(clean()), part_ends=(KILLED,)), "L1")
    summary = "1 anomaly, perhaps only because the processor ended unplanned at 2.50 s"
    assert (str(found.verdict), found.summary) == ("unknown", summary)
    assert finding(still_pending(clean()), "L1").summary == "1 anomaly"
