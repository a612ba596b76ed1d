"""T1: answers that came too late, and what excuses them: a stopped process, an ended one, a starved machine."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    Hop,
    NemesisAction,
    PartEnd,
    Sample,
)
from tests.harness.checkers.histories import (
    anomalies,
    attempt,
    case,
    clean,
    finding,
    more,
)
from tests.harness.checkers.spoils import (
    answered_too_late,
)

LATE = attempt(9, 1.0, ended_at=9.0)
BOUNDS = Bounds(limits={"client": 6.0, "gateway": 3.0, "processor": 4.0, "api": 2.0}, slack=1.0)


def slow(seconds: float, hop: Hop = Hop.PROCESSOR, **rows: tuple[object, ...]) -> History:
    """A try that took so long, from second 1 on."""
    return more(clean(), attempts=(replace(LATE, hop=hop, ended_at=1.0 + seconds),), **rows)


def acted(number: int, at: float, action: str, target: str = "processor") -> NemesisAction:
    return NemesisAction(number=number, at=at, action=action, target=target)


def lag(at: float, value: float, metric: str = "harness.lag") -> Sample:
    return Sample(at=at, metric=metric, value=value)


CASES = [
    case(
        "answered too late",
        answered_too_late(clean()),
        "T1 north/a: processor waited 7.50 s for create; its limit is 4 s [attempt 1]",
        "T3 north/a: a timeout has no origin [attempt 1]",
    ),
    case("answered by the limit and the slack", slow(5.0)),
    case(
        "answered just after it",
        slow(5.25),
        "T1 north/a: processor waited 5.25 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "a client hears by the gateway's limit",
        slow(4.25, Hop.CLIENT),
        "T1 north/a: client waited 4.25 s for create; its limit is 3 s [attempt 9]",
        bounds=BOUNDS,
    ),
    case("a client hears in time", slow(4.0, Hop.CLIENT), bounds=BOUNDS),
    case(
        "an API waits no longer than its bound",
        slow(3.25, Hop.API),
        "T1 north/a: api waited 3.25 s for create; its limit is 2 s [attempt 9]",
        bounds=BOUNDS,
    ),
    case("an API keeps to its bound", slow(3.0, Hop.API), bounds=BOUNDS),
    case(
        "an API that has no bound waits as long as a command may take",
        slow(5.25, Hop.API),
        "T1 north/a: api waited 5.25 s for create; its limit is 4 s [attempt 9]",
    ),
    case("the processor takes longer than others may", slow(4.5), bounds=BOUNDS),
    case(
        "the gateway waits for longer than it may",
        slow(90.0, Hop.GATEWAY),
        "T1 north/a: gateway waited 90.00 s for create; its limit is 3 s [attempt 9]",
    ),
    case("a hop without a limit", slow(5.5, Hop.API), bounds=Bounds(limits={"gateway": 1.0})),
    case("no limits", slow(90.0), bounds=Bounds()),
    case("a try that never ended", more(clean(), attempts=(replace(LATE, ended_at=None),))),
    case("a process was stopped while it waited", slow(7.0, nemesis=(acted(1, 3.0, "pause"),))),
    case("a process was killed while it waited", slow(7.0, nemesis=(acted(1, 3.0, "kill"),))),
    case("a process was stopped as it ended", slow(7.0, nemesis=(acted(1, 8.0, "pause"),))),
    case(
        "a process was stopped after it",
        slow(7.0, nemesis=(acted(1, 8.25, "pause"),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "a process was stopped before it, and went on as it began",
        slow(7.0, nemesis=(acted(1, 0.25, "pause"), acted(2, 1.0, "resume"))),
    ),
    case(
        "a process was stopped before it, and went on",
        slow(7.0, nemesis=(acted(1, 0.25, "pause"), acted(2, 0.5, "resume"))),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "a process was killed before it, and came back meanwhile",
        slow(7.0, nemesis=(acted(1, 0.25, "kill"), acted(2, 3.0, "restart"))),
    ),
    case(
        "another process went on meanwhile",
        slow(7.0, nemesis=(acted(1, 0.25, "kill"), acted(2, 3.0, "restart", "api"))),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "it had gone on before it was stopped",
        slow(7.0, nemesis=(acted(1, 3.0, "resume"), acted(2, 0.25, "pause"))),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "something else happened to it meanwhile",
        slow(7.0, nemesis=(acted(1, 0.25, "kill"), acted(2, 3.0, "lag"))),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "a cluster crashed meanwhile",
        slow(7.0, nemesis=(acted(1, 3.0, "crash", "north"),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "a part ended meanwhile",
        slow(7.0, part_ends=(PartEnd(number=1, at=3.0, part="api", signal="SIGKILL"),)),
        "V4 the api ended unplanned: killed by SIGKILL [part-end 1]",
    ),
    case(
        "a part had ended before",
        slow(7.0, part_ends=(PartEnd(number=1, at=0.5, part="api", signal="SIGKILL"),)),
        "V4 the api ended unplanned: killed by SIGKILL [part-end 1]",
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case("the machine was starved", slow(7.0, samples=(lag(5.0, 0.125), lag(4.0, 0.125)))),
    case(
        "the machine was nearly starved",
        slow(7.0, samples=(lag(5.0, 0.15),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case(
        "the machine was starved, by another measure",
        slow(7.0, samples=(lag(5.0, 9.0, "queue"),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case("the machine was starved just before", slow(7.0, samples=(lag(0.5, 0.25),))),
    case(
        "the machine was starved long before",
        slow(7.0, samples=(lag(0.25, 0.25),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
    case("the machine was starved just after", slow(7.0, samples=(lag(8.5, 0.25),))),
    case(
        "the machine was starved long after",
        slow(7.0, samples=(lag(8.75, 0.25),)),
        "T1 north/a: processor waited 7.00 s for create; its limit is 4 s [attempt 9]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def test_what_is_late_on_a_starved_machine_is_a_doubt() -> None:
    found = finding(slow(7.0, samples=(lag(5.0, 0.25),)), "T1")
    doubt = "1 answer came too late while the machine had no time for the harness either"
    assert (str(found.verdict), found.summary) == ("unknown", doubt)
    assert finding(clean(), "T1").summary == "holds"
