"""S13 and S14: what begins at a cluster that is held, and what waits for it, or for its turn."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from harness.checkers.run_checkers import run_checkers
from harness.scenario.parse import parse_scenario
from reports.history import Attempt, History, NemesisAction
from tests.harness.checkers.histories import LIMITS, anomalies, attempt, change, clean, finding, more, op
from tests.harness.scenario.samples import CALM

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


def waiting(*claims: tuple[float, str, str], accepted: tuple[tuple[float, str, str, int], ...]) -> History:
    """claims: at, share, verb. accepted: at, share, tenant, priority."""
    return History(
        ops=tuple(
            op(number, at, name=share, share=share, tenant=tenant, priority=priority)
            for number, (at, share, tenant, priority) in enumerate(accepted, start=1)
        ),
        changes=tuple(
            change(number, at, None, "pending", share=share, name=share, writer="api")
            for number, (at, share, _, _) in enumerate(accepted, start=1)
        ),
        attempts=tuple(
            attempt(number, at, share=share, name=share, verb=verb, fence=1)
            for number, (at, share, verb) in enumerate(claims, start=1)
        ),
    )


def judged(history: History, **workload: object) -> list[str]:
    base = parse_scenario(CALM, "x.toml")
    one = base.pipeline.processor.model_copy(update={"workers": 1})  # type: ignore[union-attr]  # of the pipeline
    scenario = replace(
        base,
        workload=replace(base.workload, **workload),  # type: ignore[arg-type]  # the test's own field names
        pipeline=base.pipeline.model_copy(update={"processor": one}),  # type: ignore[union-attr]  # as above
    )
    found = run_checkers(history, replace(BOUNDS, scenario=scenario))
    return [row.message for each in found if each.invariant == "S14" for row in each.anomalies]


CROWD = tuple((1.0 + number / 100, f"a{number}", "a", 0) for number in range(6))
ORDER = tuple((2.0 + number, f"a{number}", "create") for number in range(6))


@pytest.mark.parametrize(("place", "passed"), [(1, 0), (2, 0), (3, 3), (6, 6)])
def test_a_tenants_only_share_waits_for_what_is_in_hand_and_one_claim_of_each_other(place: int, passed: int) -> None:
    """One slot, two tenants: two claims of the other are the most."""
    claims = (*ORDER[:place], (1.95 + place, "b", "create"), *ORDER[place:])
    found = judged(waiting(*claims, accepted=(*CROWD, (1.5, "b", "b", 0))), tenants={"a": 1.0, "b": 1.0})
    message = f"north/b: waited while {passed} claims of other tenants began; 2 is the most"
    assert found == ([message] if passed else [])


def test_a_tenant_that_had_work_there_already_has_had_its_turn() -> None:
    accepted = (*CROWD, (0.5, "b", "b", 0), (1.5, "c", "b", 0))
    history = waiting(*ORDER, (9.0, "c", "create"), accepted=accepted)
    assert judged(history, tenants={"a": 1.0, "b": 1.0}) == [
        "north/b: waited while 6 claims of other tenants began; 2 is the most"
    ]


@pytest.mark.parametrize(("place", "passed"), [(1, 0), (2, 0), (3, 3), (6, 6)])
def test_a_share_of_a_higher_priority_waits_for_what_is_in_hand_and_one_more(place: int, passed: int) -> None:
    claims = (*ORDER[:place], (1.95 + place, "b", "create"), *ORDER[place:])
    found = judged(waiting(*claims, accepted=(*CROWD, (1.5, "b", "a", 5))), priorities=(0, 5))
    message = f"north/b: waited while {passed} claims of a lower priority began; 2 is the most"
    assert found == ([message] if passed else [])
    assert judged(waiting(*claims, accepted=(*CROWD, (1.5, "b", "b", 5))), priorities=(0, 5)) == [], "of another tenant"


def test_without_the_pipelines_logs_it_is_not_known() -> None:
    lost = replace(during(PAUSED, FENCED), changes=(), has_changes=False)
    assert finding(lost, "S13").summary == finding(lost, "S14").summary == "the pipeline's logs could not be read"


def test_without_a_hold_there_is_nothing_to_judge() -> None:
    for invariant in ("S13", "S14"):
        row = finding(clean(), invariant)
        assert not row.judged
        assert row.summary == "not judged: no cluster was held"
