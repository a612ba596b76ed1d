"""S13: commands at a cluster that is paused, and what is accepted for one that is drained."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import Attempt, History, NemesisAction
from tests.harness.checkers.histories import LIMITS, anomalies, attempt, change, clean, finding, more

BOUNDS = Bounds(limits=LIMITS, slack=1.0, skew=0.05)


def held(*rows: tuple[float, str], how: str = "pause") -> tuple[NemesisAction, ...]:
    return tuple(
        NemesisAction(number=number, at=at, action=action, target="north", detail=f"{how} for 2 s")
        for number, (at, action) in enumerate(rows, start=1)
    )


PAUSED = held((1.0, "hold"), (8.0, "lift"), (8.0, "lifted"))
DRAINED = held((1.0, "hold"), (8.0, "lift"), (8.0, "lifted"), how="drain")
ACCEPTED = change(9, 1.5, None, "pending", share="B", name="b", writer="api")


def began(at: float, **fields: object) -> Attempt:
    return attempt(9, at, **{"share": "B", "name": "b", "fence": 1, **fields})


FENCED = began(2.0)
OTHER = {"share": "A", "name": "a", "fence": 2}
SWEEP = {"share": None, "name": "", "fence": None, "verb": "list"}


def during(nemesis: tuple[NemesisAction, ...], *attempts: Attempt) -> History:
    """Share B is asked for during the hold. That of the clean history was begun before."""
    calm = replace(clean(), attempts=(attempt(1, 0.5, fence=1),), injections=())
    return more(calm, nemesis=nemesis, changes=(ACCEPTED,), attempts=attempts)


def of(invariant: str, history: History) -> list[str]:
    return [line for line in anomalies(history, BOUNDS) if line.startswith(invariant)]


BEGAN = "S13 north/b: a command began while north was paused [nemesis 1, {}attempt 9]"


@pytest.mark.parametrize(
    ("history", "found"),
    [
        pytest.param(during(PAUSED, FENCED), [BEGAN.format("change 9, ")], id="what was accepted during a pause"),
        pytest.param(during(PAUSED, began(7.99)), [], id="at the end of the pause"),
        pytest.param(during(PAUSED, began(8.1)), [], id="after the pause"),
        pytest.param(
            during(DRAINED, FENCED),
            ["S13 north/b: was accepted while north was drained [nemesis 1, change 9]"],
            id="drained",
        ),
        pytest.param(
            during(held((1.47, "hold"), (8.0, "lift")), FENCED), [], id="accepted as the hold came, within the skew"
        ),
        pytest.param(during((), FENCED), [], id="no hold"),
        pytest.param(
            during(held((1.0, "hold")), FENCED), [BEGAN.format("change 9, ")], id="a hold that is never lifted"
        ),
        pytest.param(
            during(PAUSED, began(1.9, **OTHER)),
            [],
            id="a claim from before, within the slack",
        ),
        pytest.param(
            during(PAUSED, began(2.2, **OTHER)),
            ["S13 north/a: a command began while north was paused [nemesis 1, attempt 9]"],
            id="another claim, after the slack",
        ),
        pytest.param(
            during(PAUSED, began(5.0, **{**OTHER, "fence": 1})),
            [],
            id="a claim from before goes on",
        ),
        pytest.param(
            during(PAUSED, began(5.0, **SWEEP)),
            ["S13 a command began while north was paused [nemesis 1, attempt 9]"],
            id="a sweep",
        ),
        pytest.param(
            during(
                (*PAUSED, NemesisAction(number=4, at=0.5, action="pause", target="processor", detail="for 3 s")),
                began(5.0, **OTHER),
            ),
            [],
            id="a processor that was stopped in between",
        ),
    ],
)
def test_what_s13_finds(history: History, found: list[str]) -> None:
    assert of("S13", history) == found


LIFTED = held((1.0, "hold"), (4.0, "lift"), (4.0, "lifted"))
LATE = began(9.0)
STUCK = (
    "S14 north/b: waited for north, and was not taken up within 1.05 s after the pause "
    "[nemesis 1, change 9, nemesis 2, nemesis 3]"
)


@pytest.mark.parametrize(
    ("history", "found"),
    [
        pytest.param(during(LIFTED, LATE), [STUCK], id="taken up five seconds later"),
        pytest.param(during(LIFTED), [STUCK], id="never taken up"),
        pytest.param(during(LIFTED, began(5.0)), [], id="taken up within the bound"),
        pytest.param(
            during(LIFTED, replace(LATE, number=8), attempt(9, 4.2, share="A", fence=2)),
            [],
            id="others are taken up first",
        ),
        pytest.param(
            during(LIFTED, replace(LATE, number=8), attempt(9, 0.9, share="A", fence=2, ended_at=4.5)),
            [],
            id="something from before is still under way",
        ),
        pytest.param(
            replace(during(LIFTED, LATE), injections=clean().injections),
            [],
            id="a fault at the cluster may leave it alone",
        ),
        pytest.param(
            during((*LIFTED, NemesisAction(number=4, at=4.1, action="kill", target="processor")), LATE),
            [],
            id="a kill in between",
        ),
        pytest.param(
            during(
                (*LIFTED, NemesisAction(number=4, at=4.5, action="hold", target="north", detail="pause for 1 s")), LATE
            ),
            [],
            id="the next hold",
        ),
        pytest.param(during(held((1.0, "hold"), (4.0, "lift")), LATE), [], id="whether it was lifted is not known"),
    ],
)
def test_what_s14_finds(history: History, found: list[str]) -> None:
    assert of("S14", history) == found


def test_without_the_pipelines_logs_it_is_not_known() -> None:
    lost = replace(during(PAUSED, FENCED), changes=(), has_changes=False)
    assert finding(lost, "S13").summary == finding(lost, "S14").summary == "the pipeline's logs could not be read"


def test_without_a_hold_there_is_nothing_to_judge() -> None:
    for invariant in ("S13", "S14"):
        row = finding(clean(), invariant)
        assert not row.judged
        assert row.summary == "not judged: no cluster was held"
