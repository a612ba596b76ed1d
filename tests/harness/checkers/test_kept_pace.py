"""A load that was not the planned one gives `unknown`, whatever its figures."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.checkers.kept_pace import MOST_BUSY, lateness, lost_pace
from reports.history import History
from reports.journal import GeneratorNote
from tests.harness.load.rows import asked

FINE = GeneratorNote(number=1, asked=10, offered=True, busy=0.3, latest=0.05)


def _doubts(*generators: GeneratorNote, late: float = 0.001, interrupted: bool = False) -> list[str]:
    ops = tuple(asked(number, 0.1 * number, late=late if number > 98 else 0.0) for number in range(1, 101))
    bounds = Bounds(generators=generators, interrupted=interrupted)
    return list(lost_pace(HistoryIndex(History(ops=ops), bounds)))


def test_generators_that_kept_the_pace_leave_no_doubt() -> None:
    assert _doubts(FINE) == []


def test_p99_of_the_lateness_counts_and_not_the_latest_of_all() -> None:
    ops = tuple(asked(number, 1.0, late=1.0 if number == 100 else 0.002) for number in range(1, 101))
    assert lateness(ops) == pytest.approx(0.002)


def test_arrivals_that_were_sent_too_late_are_a_doubt() -> None:
    assert "p99 of their lateness is 80 ms, allowed are 50 ms" in _doubts(FINE, late=0.08)[0]


def test_what_is_just_allowed_is_no_doubt() -> None:
    late = asked(1, 1.0, late=0.0625)
    just = replace(FINE, busy=MOST_BUSY, latest=late.invoked_at - late.intended_at)
    bounds = Bounds(generators=(just,))
    assert list(lost_pace(HistoryIndex(History(ops=(late,)), bounds))) == []


def test_nothing_is_said_of_clients_in_the_process_of_the_harness() -> None:
    assert _doubts(late=0.08) == []


def test_dropped_arrivals_and_a_busy_process_are_doubts() -> None:
    busy = GeneratorNote(number=2, dropped=3, busy=0.97, latest=0.05)
    assert [doubt.split(";")[0] for doubt in _doubts(FINE, busy)] == [
        "the load generators dropped 3 arrivals for want of open files",
        "load generator 2 took 97% of a core, allowed are 90%",
    ]
