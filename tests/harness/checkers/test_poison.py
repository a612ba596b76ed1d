"""S16: records that are set aside, that should be, and that should not."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from reports.history import Attempt, History, NemesisAction, PartEnd, StateChange
from reports.verdicts import Finding
from tests.harness.checkers.histories import RECORD, attempt, change, clean, showing
from tests.harness.scenario.samples import CALM


def scenario(most: int = 2) -> Scenario:
    """Two claims without a word are the most, unless it is said."""
    base = parse_scenario(CALM, "x.toml")
    pipeline = base.pipeline
    assert pipeline is not None
    processor = pipeline.processor.model_copy(update={"poison": most})  # type: ignore[attr-defined]  # of the pipeline
    return replace(base, pipeline=pipeline.model_copy(update={"processor": processor}))


def judged(history: History, invariant: str = "S16", *, most: int = 2) -> Finding:
    found = run_checkers(history, Bounds(scenario=scenario(most)))
    return next(row for row in found if row.invariant == invariant)


def silent(fence: int, **fields: object) -> Attempt:
    """A claim in whose command a processor was killed."""
    return attempt(fence, 10.0 * fence, **{"fence": fence, "ended_at": None, **fields})


def kills(*instants: float, action: str = "kill", target: str = "processor") -> tuple[NemesisAction, ...]:
    return tuple(
        NemesisAction(number=number, at=at, action=action, target=target) for number, at in enumerate(instants, start=1)
    )


def end(at: float, *, part: str = "processor", signal: str = "SIGKILL") -> PartEnd:
    return PartEnd(number=round(at), at=at, part=part, signal=signal)


CREATED = change(1, 1.0, None, "pending", writer="api")
THREE = (silent(1), silent(2), silent(3))
KILLED = kills(10.1, 20.1)


def history(
    attempts: tuple[Attempt, ...] = THREE,
    nemesis: tuple[NemesisAction, ...] = KILLED,
    *changes: StateChange,
    part_ends: tuple[PartEnd, ...] = (),
) -> History:
    return History(changes=(CREATED, *changes), attempts=attempts, nemesis=nemesis, part_ends=part_ends)


AGAIN = ["north/a: was claimed again after 2 claims in a row that ended without a word"]


@pytest.mark.parametrize(
    ("played", "found"),
    [
        pytest.param(history(), AGAIN, id="a third claim"),
        pytest.param(history(THREE[:2]), [], id="no third claim"),
        pytest.param(history(nemesis=kills(10.1)), [], id="one kill"),
        pytest.param(history(nemesis=kills(10.1, 20.1, target="processor-2")), AGAIN, id="of any processor"),
        pytest.param(history(nemesis=kills(10.1, 20.1, target="api")), [], id="of another part"),
        pytest.param(
            history(nemesis=kills(10.1, 20.1, action="terminate")), [], id="told to stop, it gives the record back"
        ),
        pytest.param(
            history(
                nemesis=(),
                part_ends=(end(10.1), end(20.1)),
            ),
            AGAIN,
            id="killed by something else",
        ),
        pytest.param(history(nemesis=kills(10.0, 30.0)), AGAIN, id="at the very instants of commands"),
        pytest.param(history(nemesis=(), part_ends=(end(10.1), end(20.1, part="api"))), [], id="another part was"),
        pytest.param(history(nemesis=(), part_ends=(end(10.1), end(20.1, signal="SIGTERM"))), [], id="or only told to"),
        pytest.param(history((*THREE, silent(4))), AGAIN, id="and once more: it is said once"),
        pytest.param(history((*THREE, replace(silent(5), fence=None))), AGAIN, id="and a command of no claim"),
        pytest.param(history((silent(1, ended_at=10.5), *THREE[1:])), [], id="one whose command has ended"),
        pytest.param(history((silent(1), silent(2), silent(4))), [], id="a claim between them that says nothing"),
        pytest.param(history((silent(1), silent(3), silent(4))), [], id="a claim before them that says nothing"),
        pytest.param(
            history(THREE, KILLED, change(2, 25.0, "pending", "pending", reason="requeued")), [], id="requeued"
        ),
        pytest.param(history(THREE, KILLED, change(2, 15.0, "pending", "failing")), [], id="a move between them"),
    ],
)
def test_what_s16_finds(played: History, found: list[str]) -> None:
    assert [row.message for row in judged(played).anomalies] == found


def test_without_a_log_of_the_service_it_is_not_judged() -> None:
    for known in (replace(history(), has_changes=False), replace(history(), has_commands=False)):
        assert judged(known).summary == "not judged: nothing is known of the service's claims"


def test_the_last_silent_claims_and_the_next_are_its_witnesses() -> None:
    (row,) = judged(history()).anomalies
    assert [witness.number for witness in row.witnesses] == [1, 2, 3]


def dead(fence: int | None) -> StateChange:
    return change(2, 25.0, "pending", "pending", fence=fence, reason="dead letter: poison: 2 claims in a row")


def test_a_record_that_is_set_aside_too_soon_is_found() -> None:
    assert judged(history(THREE[:2], KILLED, dead(2))).anomalies == ()
    (row,) = judged(history(THREE[:1], KILLED, dead(1))).anomalies
    assert row.message == "north/a: was set aside after 1 claim; 2 in a row must have ended without a word"


def test_a_record_that_is_set_aside_before_any_claim_is_found() -> None:
    (row,) = judged(history((), (), dead(None)), most=1).anomalies
    assert row.message == "north/a: was set aside after 0 claims; 1 in a row must have ended without a word"


@pytest.mark.parametrize(("last", "judgement"), [(dead(2), "holds: 1 dead letter beside"), (CREATED, "1 anomaly")])
def test_a_dead_letter_is_at_rest_in_any_state(last: StateChange, judgement: str) -> None:
    pending = showing(clean(), "api", 1, replace(RECORD, state="pending"))
    played = replace(pending, changes=(*pending.changes[:1], replace(last, number=2)))
    assert judged(played, "L1").summary == judgement


def test_a_dead_letter_that_was_requeued_is_none() -> None:
    requeued = change(3, 26.0, "pending", "pending", reason="requeued")
    pending = showing(clean(), "api", 1, replace(RECORD, state="pending"))
    played = replace(pending, changes=(pending.changes[0], dead(2), requeued))
    assert judged(played, "L1").summary == "1 anomaly"
