"""S15: retries that a budget allows, and one more."""

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from reports.history import Attempt, History, Injection, NemesisAction, OpResult, PartEnd, Sample
from reports.verdicts import Finding
from tests.harness.checkers.histories import attempt
from tests.harness.scenario.samples import CALM


def scenario(*, processes: int = 1, **retry: object) -> Scenario:
    """One slot in each processor, and clocks that disagree by 0.05 s at most."""
    base = parse_scenario(CALM, "x.toml")
    pipeline = base.pipeline
    assert pipeline is not None
    return replace(
        base,
        pipeline=pipeline.model_copy(
            update={
                "processor": pipeline.processor.model_copy(update={"workers": 1, "processes": processes}),  # type: ignore[attr-defined]  # of the pipeline
                "retry": pipeline.retry.model_copy(  # type: ignore[attr-defined]  # of the pipeline
                    update={"budget": 0.5, "floor": 1.0, "burst": 4, **retry}
                ),
            }
        ),
    )


def judged(history: History, played: Scenario | None = None) -> Finding:
    found = run_checkers(history, Bounds(scenario=played or scenario()))
    return next(row for row in found if row.invariant == "S15")


def silent(number: int, at: float, **fields: object) -> Attempt:
    """A look for a share that was tried before, without an answer."""
    return attempt(number, at, **{"verb": "show", "fence": number, "tried": 1, "result": OpResult.INFO, **fields})


def at_once(count: int, **fields: object) -> tuple[Attempt, ...]:
    return tuple(silent(number, 5.0, **fields) for number in range(2, 2 + count))


def refused(code: Code) -> Attempt:
    return attempt(20, 5.0, fence=None, ended_at=5.1, result=OpResult.FAIL, code=code)


MOST = 4
"""What was saved up."""


def unclaimed(number: int, began: float, ended: float | None, *, answered: bool = True) -> Attempt:
    """A command that no claim asks for."""
    result = OpResult.OK if answered else OpResult.INFO
    return attempt(number, began, verb="list", share=None, fence=None, ended_at=ended, result=result)


def answered(number: int, ended: float) -> Attempt:
    """A command of a claim that has begun long before."""
    return attempt(number, ended - 0.2, share="Z", fence=1, sequence=2, ended_at=ended)


def first_try(number: int) -> Attempt:
    return attempt(number, 5.1, share=f"{number}", fence=1, sequence=1, result=OpResult.INFO)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(at_once(MOST), 0, id="as many as are saved up"),
        pytest.param(at_once(MOST + 1), 1, id="one more"),
        pytest.param((*at_once(MOST), silent(20, 6.0)), 0, id="a second later, by the floor"),
        pytest.param((*at_once(MOST), silent(20, 5.1)), 1, id="a moment later"),
        pytest.param((*at_once(MOST), silent(20, 6.0), silent(21, 6.0)), 1, id="and a second one then"),
        pytest.param(at_once(MOST + 1, location="south"), 1, id="at any cluster"),
        pytest.param(at_once(4) + at_once(4, location="south", share="B"), 0, id="each cluster has its own"),
        pytest.param(at_once(20, tried=0), 0, id="looks for what was never tried"),
        pytest.param(at_once(20, verb="create", sequence=1), 0, id="first tries"),
        pytest.param(at_once(MOST + 1, verb="create", sequence=1, tried=2), 1, id="second tries"),
        pytest.param(at_once(20, fence=2), 0, id="commands of one claim"),
        pytest.param(at_once(20, fence=None), 0, id="what no claim asks for"),
        pytest.param(
            (*at_once(MOST), attempt(20, 5.0, fence=None, ended_at=5.1), silent(21, 5.2)), 0, id="an answer allows one"
        ),
        pytest.param(
            (*at_once(MOST), refused(Code.BUSY), silent(21, 5.2)),
            1,
            id="`busy` is no answer",
        ),
        pytest.param(
            (*at_once(MOST), refused(Code.REFUSED), silent(21, 5.2)),
            1,
            id="a refused connection is no answer",
        ),
        pytest.param((*at_once(MOST), first_try(20), silent(21, 5.1)), 1, id="a first try allows half a one"),
        pytest.param((*at_once(MOST), first_try(20), first_try(21), silent(22, 5.1)), 0, id="two allow one"),
        pytest.param(
            (*at_once(MOST), unclaimed(20, 5.0, 5.24), silent(21, 5.2)), 0, id="an answer noted a moment later"
        ),
        pytest.param((*at_once(MOST), unclaimed(20, 5.0, 5.26), silent(21, 5.2)), 1, id="and later than that"),
        pytest.param((answered(20, 4.95), *at_once(MOST + 1)), 0, id="an answer a moment before"),
        pytest.param((answered(20, 4.96), *at_once(MOST + 2)), 1, id="allows no more than one"),
        pytest.param((answered(20, 4.94), answered(21, 4.96), *at_once(MOST + 2)), 1, id="one before it is too old"),
        pytest.param(
            (answered(20, 4.955), answered(21, 4.96), *at_once(MOST + 2)),
            0,
            id="one within two moments is not",
        ),
        pytest.param(
            (unclaimed(20, 4.0, 4.96, answered=False), unclaimed(21, 4.5, 4.6), *at_once(MOST + 9)),
            0,
            id="retries that may have waited since the bucket was full",
        ),
        pytest.param(
            (unclaimed(20, 4.0, 5.0 - 0.05, answered=False), unclaimed(21, 4.5, 4.6), *at_once(MOST + 9)),
            0,
            id="until a moment before",
        ),
        pytest.param(
            (
                unclaimed(20, 4.0, 4.3, answered=False),
                answered(21, 4.9),
                unclaimed(22, 4.71, 4.96, answered=False),
                *at_once(MOST + 9),
            ),
            0,
            id="for the latest of two",
        ),
        pytest.param(
            (unclaimed(20, 4.0, 4.94, answered=False), unclaimed(21, 4.5, 4.6), *at_once(MOST + 9)),
            1,
            id="there is nothing that they waited for",
        ),
        pytest.param(
            (unclaimed(20, 4.0, None, answered=False), unclaimed(21, 4.5, 4.6), *at_once(MOST + 9)),
            0,
            id="behind what never ends",
        ),
        pytest.param(
            (
                unclaimed(20, 4.0, 4.63, answered=False),
                unclaimed(21, 4.5, 4.6),
                unclaimed(22, 4.68, 4.96, answered=False),
                *(silent(number, 4.6, share="B") for number in range(30, 34)),
                *at_once(MOST + 9),
            ),
            0,
            id="behind one after the other",
        ),
        pytest.param(
            (
                unclaimed(20, 4.0, 4.6, answered=False),
                unclaimed(21, 4.5, 4.6),
                unclaimed(22, 4.71, 4.96, answered=False),
                *(silent(number, 4.6, share="B") for number in range(30, 34)),
                *at_once(MOST + 9),
            ),
            1,
            id="behind one with a gap before it",
        ),
        pytest.param(
            (unclaimed(20, 4.0, 4.96, answered=False), unclaimed(21, 4.5, 4.6), *at_once(MOST + 9, location="south")),
            1,
            id="behind none of another cluster",
        ),
    ],
)
def test_what_s15_finds(rows: tuple[Attempt, ...], found: int) -> None:
    assert len(judged(History(attempts=rows)).anomalies) == found


def test_it_says_how_many_began_and_how_many_may() -> None:
    (row,) = judged(History(attempts=at_once(MOST + 1))).anomalies
    assert row.message == "5 retries began within 0.0 s; the budget allows 4"
    assert [witness.number for witness in row.witnesses] == [2, 6]


@pytest.mark.parametrize(
    "strike",
    [
        {"nemesis": (NemesisAction(number=1, at=5.5, action="kill", target="processor"),)},
        {
            "injections": (
                Injection(
                    number=1, at=5.5, fault="store_full", label="full", cluster="store", site=Site.CONNECTOR_REPLY
                ),
            )
        },
        {"part_ends": (PartEnd(number=1, at=5.5, part="processor", status=1),)},
    ],
    ids=["a kill", "a fault of the store", "an unplanned end"],
)
def test_a_processor_that_starts_anew_begins_with_a_full_bucket(strike: dict[str, tuple[object, ...]]) -> None:
    again = tuple(replace(row, number=row.number + 20, fence=row.number + 20, began_at=6.0) for row in at_once(4))
    history = History(attempts=at_once(MOST) + again)
    assert len(judged(history).anomalies) == 1
    assert judged(replace(history, **strike)).anomalies == ()  # type: ignore[arg-type]  # fields of a history


def test_what_the_floor_brings_within_a_moment_is_allowed() -> None:
    played = scenario(floor=20.0)
    assert judged(History(attempts=at_once(5)), played).anomalies == ()
    assert len(judged(History(attempts=at_once(6)), played).anomalies) == 1


def test_a_bucket_that_is_just_full_again_is_full() -> None:
    later = tuple(silent(number, 9.0, share="B") for number in range(30, 35))
    (row,) = judged(History(attempts=(*at_once(4), *later))).anomalies
    assert row.message == "5 retries began within 0.0 s; the budget allows 4"


def test_each_processor_has_a_budget_of_its_own() -> None:
    assert judged(History(attempts=at_once(2 * MOST)), scenario(processes=2)).anomalies == ()
    assert len(judged(History(attempts=at_once(2 * MOST + 2)), scenario(processes=2)).anomalies) == 1


def test_without_the_log_of_commands_it_is_not_known() -> None:
    assert judged(History(has_commands=False)).summary == "the pipeline's logs could not be read"


def test_without_a_budget_there_is_nothing_to_judge() -> None:
    assert judged(History(), scenario(budget=None)).summary == "not judged: retries have no budget"


def test_on_a_real_clock_a_moment_is_longer() -> None:
    rows = (*at_once(MOST), unclaimed(20, 5.0, 6.0), silent(21, 5.2))
    lag = Sample(metric="harness.lag", at=1.0, value=0.001)
    assert len(judged(History(attempts=rows)).anomalies) == 1
    assert judged(History(attempts=rows, samples=(lag,))).anomalies == ()
