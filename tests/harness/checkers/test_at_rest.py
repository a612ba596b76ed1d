"""L1: a record that is not active at rest, with the last that is known of it."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.scenario.settling import settling
from reports.history import History, NemesisAction
from reports.verdicts import RowKind
from tests.harness.checkers.histories import (
    LIMITS,
    RECORD,
    anomalies,
    case,
    clean,
    finding,
    showing,
    without,
)
from tests.harness.checkers.spoils import (
    still_pending,
)

CASES = [
    case(
        "still pending",
        still_pending(clean()),
        "L1 north/a: is still pending 30 s after healing [attempt 1, change 2, reading 10]",
    ),
    case(
        "still pending and no record of it in the log",
        showing(clean(), "api", 1, replace(RECORD, name="b", share="B", state="updating"), RECORD),
        "S2 north/b: it is there, and nobody had asked for it [reading 10]",
        "L1 north/b: is still updating 30 s after healing [reading 10]",
    ),
    case(
        "still pending and without an id",
        showing(clean(), "api", 1, replace(RECORD, name="b", share=None, state="updating"), RECORD),
        "S2 north/b: it is there, and nobody had asked for it [reading 10]",
        "L1 north/b: is still updating 30 s after healing [reading 10]",
    ),
    case("a reading that failed", showing(clean(), "api", 1, replace(RECORD, state="pending"), ok=False)),
    case("an interrupted run", still_pending(clean()), bounds=Bounds(limits=LIMITS, interrupted=True)),
    case("the second reading is not this checker's", showing(clean(), "api", 2, replace(RECORD, state="updating"))),
    case("no reading of the API", replace(clean(), readings=without(clean(), side="api", round=1))),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def _summary(history: History, bounds: Bounds | None = None) -> str:
    found = finding(history, "L1", bounds)
    return f"{found.verdict}: {found.summary}"


def test_rest_that_was_not_seen_is_unknown() -> None:
    assert _summary(clean()) == "valid: holds"
    unread = "unknown: the API could not be read after quiescence"
    assert _summary(replace(clean(), readings=without(clean(), side="api", round=1))) == unread
    assert _summary(showing(clean(), "api", 1, ok=False)) == unread
    interrupted = "unknown: the run was interrupted before it could come to rest"
    assert _summary(still_pending(clean()), Bounds(interrupted=True)) == interrupted


def _struck(*strikes: tuple[float, str]) -> list[str]:
    """The witnesses of a stuck record that was promised at 1, with what the nemesis did."""
    rows = [NemesisAction(number=n, at=at, action=action, target="api") for n, (at, action) in enumerate(strikes)]
    [found] = finding(replace(still_pending(clean()), nemesis=tuple(rows)), "L1").anomalies
    return [witness.text for witness in found.witnesses if witness.kind in {RowKind.OP, RowKind.NEMESIS}]


def test_the_first_kill_after_the_promise_stands_between_the_witnesses_of_a_stuck_record() -> None:
    promise = "c1 asked create north/a: ok 202, state pending"
    assert _struck((0.5, "kill"), (2.0, "kill"), (5.0, "pause")) == [promise, "nemesis: kill api"]
    assert _struck((1.0, "kill")) == [promise, "nemesis: kill api"]
    assert _struck((0.5, "kill"), (2.0, "heal"), (3.0, "crash"), (4.0, "skip")) == []


def test_a_record_that_is_stuck_is_told_how_long_the_scenario_lets_it_take_on_the_same_scale() -> None:
    scenario = read_scenario(shipped_scenarios()["demo"])
    history = still_pending(clean())
    [found] = finding(history, "L1", Bounds(scenario=scenario)).anomalies
    needed = sum(term.seconds for term in settling(scenario))
    assert f"is still pending 30 s after healing; {needed:g} s should be enough: what is left of" in found.message
    [plain] = finding(history, "L1").anomalies
    assert plain.message.endswith("is still pending 30 s after healing")
