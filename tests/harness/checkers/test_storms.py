"""L4: whatever is asked in vain rests longer each time, for one share and for all of a cluster together."""

from collections.abc import Iterator
from itertools import accumulate

import pytest

from connector.chance import Chance
from harness.checkers.history_index import Bounds
from reports.history import Attempt, History, OpResult, StateChange
from reports.verdicts import Verdict
from tests.harness.checkers.histories import anomalies, attempt, change, finding, op

BOUNDS = Bounds(backoff=(0.5, 10.0), load_ends=60.0)
SECONDS = 60.0


def asked(rests: Iterator[float], share: str, first: int) -> tuple[Attempt, ...]:
    """A look after each rest, all of them in vain."""
    instants = []
    for at in accumulate(rests):
        if at > SECONDS:
            break
        instants.append(at)
    return tuple(
        attempt(first + number, at, share=share, name=share, verb="show", fence=number, result=OpResult.INFO)
        for number, at in enumerate(instants)
    )


def backing_off(share: str) -> Iterator[float]:
    chance, ceiling, number = Chance(1, share), 0.5, 0
    while True:
        yield ceiling * chance.u01(number)
        ceiling, number = min(10.0, 2 * ceiling), number + 1


def flat(rest: float) -> Iterator[float]:
    while True:
        yield rest


def history(*shares: tuple[Attempt, ...]) -> History:
    rows = tuple(row for share in shares for row in share)
    names = [share[0].name for share in shares]
    return History(
        ops=tuple(op(number, 0.0, share=name, name=name) for number, name in enumerate(names)),
        changes=tuple(change(number, 0.0, None, "pending", share=name, name=name) for number, name in enumerate(names)),
        attempts=rows,
    )


def test_looks_that_back_off_are_no_storm_however_many_shares_wait() -> None:
    waiting = history(*(asked(backing_off(f"S{number}"), f"S{number}", number * 1000) for number in range(300)))
    found = finding(waiting, "L4", BOUNDS)
    assert (found.judged, found.anomalies) == (False, ())


@pytest.mark.parametrize("shares", [1, 300])
def test_looks_at_a_flat_rate_are_a_storm_however_few_shares_wait(shares: int) -> None:
    found = finding(
        history(*(asked(flat(0.44), f"S{number}", number * 1000) for number in range(shares))), "L4", BOUNDS
    )
    assert found.verdict is Verdict.INVALID
    assert "asks do not back off: north was asked" in found.anomalies[0].message


def test_one_share_that_is_asked_without_end_does_not_hide_among_those_that_are_not() -> None:
    calm = [asked(backing_off(f"S{number}"), f"S{number}", number * 1000) for number in range(300)]
    found = finding(history(*calm, asked(flat(0.44), "S300", 300_000)), "L4", BOUNDS)
    assert [row.name for row in found.anomalies] == ["S300"]


def test_many_shares_that_are_each_asked_a_little_too_often_are_a_storm_together() -> None:
    """Twice as often as a backoff at its longest comes to: within chance for one share, not for a hundred."""
    one = asked(flat(2.0), "S0", 0)
    assert finding(history(one), "L4", BOUNDS).anomalies == ()
    many = history(*(asked(flat(2.0), f"S{number}", number * 1000) for number in range(100)))
    assert finding(many, "L4", BOUNDS).verdict is Verdict.INVALID


def test_commands_of_one_claim_are_one_ask() -> None:
    """A create, the look after it, and a claim for every change of state: none of it recurs."""
    rows = tuple(attempt(number, 0.1 * number, share="A", fence=number // 40) for number in range(200))
    assert finding(history(rows), "L4", BOUNDS).anomalies == ()


def test_a_share_that_comes_and_goes_is_asked_anew_in_each_state() -> None:
    rows = tuple(attempt(number, float(number), share="A", name="A", fence=number) for number in range(60))
    moves = tuple(change(number, number + 0.5, "active", "updating", share="A", name="A") for number in range(60))
    assert finding(History(attempts=rows, changes=moves), "L4", BOUNDS).anomalies == ()


def asks(*instants: float, share: str = "A", first: int = 0) -> tuple[Attempt, ...]:
    return tuple(attempt(first + number, at, share=share, fence=number) for number, at in enumerate(instants))


AS_MANY_AS_CHANCE_ALLOWS = (*(1.2 * number for number in range(39)), 48.0)
"""40 asks in 48 s: 4 while the backoff grows to 8 s and 12 after that, plus what may be added to 16."""

STORM = (*(0.5 * number for number in range(60)),)


CALM = (*asks(1.0, 2.0, 3.0, 4.0, share="B", first=100), attempt(104, 5.0, share="B", fence=3))
"""A fifth command of a share that was taken up four times, as often as the backoff takes to grow."""


def storm(asked: int, often: int, seconds: float, shares: int = 1) -> str:
    """What is said of a cluster of which one share is asked too often."""
    due = 4 * shares + seconds / 4
    return (
        f"L4 north/a: asks do not back off: north was asked {asked} times for {shares} shares, a backoff would"
        f" come to about {due:.0f}; most often {often} times in {seconds:.0f} s"
    )


@pytest.mark.parametrize(
    ("attempts", "moves", "found"),
    [
        (asks(*AS_MANY_AS_CHANCE_ALLOWS), (), []),
        (asks(*AS_MANY_AS_CHANCE_ALLOWS[:20], 23.5, *AS_MANY_AS_CHANCE_ALLOWS[20:]), (), [storm(41, 41, 48.0)]),
        (asks(*STORM), (), [storm(60, 60, 29.5)]),
        (asks(*STORM) + CALM, (), [storm(60, 60, 29.5)]),
        (
            asks(*STORM) + asks(1.0, 2.0, 3.0, 4.0, 4.0, share="B", first=100),
            (),
            [storm(65, 60, 29.5, shares=2).replace("about 15", "about 16")],
        ),
        (asks(*STORM), (change(1, 0.0, None, "pending"), change(2, 29.5, "pending", "active")), [storm(59, 59, 29.0)]),
    ],
    ids=["as many as chance allows", "one more", "a storm", "and a calm share", "and a less calm one", "in one state"],
)
def test_a_storm_is_told_with_its_figures(
    attempts: tuple[Attempt, ...], moves: tuple[StateChange, ...], found: list[str]
) -> None:
    rows = anomalies(History(attempts=attempts, changes=moves), Bounds(backoff=(1.0, 8.0)))
    assert [row.partition(" [")[0] for row in rows if row.startswith("L4")] == found
