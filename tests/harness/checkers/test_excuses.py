"""What excuses a failed operation, each cause alone, and the twin that it does not excuse."""

from math import inf

import pytest

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.checkers.excuses import FailedOperation, is_excused, is_hindered
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.mutants.base import base_scenario
from reports.history import (
    Attempt,
    EffectKind,
    History,
    Hop,
    Injection,
    NemesisAction,
    OpKind,
    OpResult,
    PartEnd,
    SeenShare,
)
from tests.harness.checkers.histories import attempt, effect, op, reading

KEPT, LET_GO = EffectKind.SNAPSHOT_CREATED, EffectKind.SNAPSHOT_DELETED
FAILURE = FailedOperation("north", "a", "A", 100.0, 104.0)
CALM = History(readings=(reading("api", 0), reading("north", 0), reading("south", 0)))
BLIND = replace(CALM, has_commands=False)


def limited(limits: ClusterLimits) -> Bounds:
    cluster = ClusterSpec(name="north", limits=limits)
    other = ClusterSpec(name="south", limits=ClusterLimits(commands=1, shares=1))
    return Bounds(recovery=30.0, skew=0.5, scenario=replace(base_scenario(), clusters=(other, cluster)))


BOUNDS = limited(ClusterLimits(commands=3))


def struck(at: float, cluster: str = "north", site: Site = Site.SSH_AUTH) -> History:
    return replace(CALM, injections=(Injection(number=1, at=at, fault="f", label="f", cluster=cluster, site=site),))


def nemesis(*acts: tuple[str, str, float]) -> History:
    rows = [NemesisAction(number=n, at=at, action=action, target=target) for n, (action, target, at) in enumerate(acts)]
    return replace(CALM, nemesis=tuple(rows))


def commands(*rows: Attempt) -> History:
    return replace(CALM, attempts=rows)


def refused(code: Code = Code.QUOTA, at: float = 101.0, **fields: object) -> Attempt:
    return attempt(1, at, **{"result": OpResult.FAIL, "code": code, "sequence": 4, **fields})


def newer(sequence: int = 5, at: float = 101.25) -> Attempt:
    return attempt(2, at, sequence=sequence, ended_at=at + 0.25)


def busy(*spans: tuple[float, float | None], **fields: object) -> History:
    in_service = (101.0, 102.0)
    rows = [attempt(n, at, ended_at=ended, share="B", **fields) for n, (at, ended) in enumerate((in_service, *spans))]
    return commands(*rows)


def asked(*instants: float, kind: OpKind = OpKind.CREATE, location: str = "north") -> History:
    return replace(BLIND, ops=tuple(op(n, at, kind, name="b", location=location) for n, at in enumerate(instants)))


def snapshots(*rows: tuple[float, EffectKind], asked: OpKind = OpKind.SNAPSHOT_CREATE, **fields: object) -> History:
    """One is asked for as the failure begins, of a share of which the cluster's log has these."""
    effects = tuple(effect(n, at, kind) for n, (at, kind) in enumerate(rows, start=1))
    return replace(CALM, ops=(op(1, 99.9, asked, **fields),), effects=effects)


CLOSED = BLIND
PREEXISTING = SeenShare(location="north", name="a", size=1)
BY_OTHERS = effect(1, 50.0, EffectKind.CREATED_BY_OTHERS, mark=None)

CASES = [
    ("nothing", CALM, False),
    ("a fault during it", struck(102.0), True),
    ("a fault as it ended, within the skew", struck(104.5), True),
    ("a fault after it", struck(104.75), False),
    ("a fault from which the service was recovering", struck(70.0), True),
    ("a fault from which it had recovered", struck(69.0), False),
    ("a fault of another cluster", struck(102.0, "south"), False),
    ("a toxic on a link", struck(102.0, "client-gateway"), True),
    ("a kill", nemesis(("kill", "processor", 102.0)), True),
    ("a kill as it ended, within the skew", nemesis(("kill", "processor", 104.5)), True),
    ("a receiver that refused a notice", struck(102.0, "receiver", Site.NOTIFY_DELIVER), False),
    ("a kill after it", nemesis(("kill", "processor", 105.0)), False),
    ("a kill that was undone long before", nemesis(("kill", "processor", 10.0), ("restart", "processor", 69.0)), False),
    (
        "a kill that was undone not long before",
        nemesis(("kill", "processor", 10.0), ("restart", "processor", 70.0)),
        True,
    ),
    ("a hold", nemesis(("hold", "north", 101.0), ("lift", "north", 103.0)), False),
    ("a crash, and a hold meanwhile", nemesis(("crash", "north", 10.0), ("hold", "north", 11.0)), True),
    ("a kill that is not undone", nemesis(("kill", "processor", 10.0), ("restart", "api", 69.0)), True),
    ("a crash of another cluster", nemesis(("crash", "south", 102.0)), False),
    ("a crash of its own", nemesis(("crash", "north", 102.0)), True),
    ("a step that was skipped", nemesis(("skip", "processor", 102.0)), False),
    ("the end of the load", nemesis(("heal", "all", 102.0)), False),
    ("an unplanned end", replace(CALM, part_ends=(PartEnd(number=1, at=104.0, part="api"),)), True),
    ("an unplanned end after it", replace(CALM, part_ends=(PartEnd(number=1, at=105.0, part="api"),)), False),
    ("a refusal", commands(refused()), True),
    ("a refusal within the skew", commands(refused(at=99.5)), True),
    ("a refusal before it", commands(refused(at=99.0)), False),
    ("a refusal as it ended", commands(refused(at=104.5, ended_at=105.0)), True),
    ("a refusal after it", commands(refused(at=105.0)), False),
    ("a command that succeeded", commands(refused(result=OpResult.OK)), False),
    ("a timeout", commands(refused(Code.TIMEOUT, result=OpResult.INFO)), True),
    ("a refusal of another share", commands(refused(share="B")), False),
    ("a refusal of what concerns no share", commands(refused(share=None)), True),
    ("… of another cluster", commands(refused(share=None, location="south")), False),
    ("… that succeeded", commands(refused(share=None, result=OpResult.OK)), False),
    ("… to a client", commands(refused(share=None, hop=Hop.CLIENT)), False),
    ("a refusal to a client", commands(refused(hop=Hop.CLIENT)), False),
    ("that there is no such share", commands(refused(Code.NOT_FOUND)), False),
    ("that there is one", commands(refused(Code.ALREADY_EXISTS)), False),
    ("that a newer command was seen", commands(refused(Code.STALE), newer()), True),
    ("… that was sent with it, by the skew", commands(refused(Code.STALE), newer(at=100.5)), True),
    ("… that was sent before it", commands(refused(Code.STALE), newer(at=100.25)), False),
    ("… that was sent as it ended, by the skew", commands(refused(Code.STALE), newer(at=102.0)), True),
    ("… that was sent later", commands(refused(Code.STALE), newer(at=102.25)), False),
    ("… that a client sent", commands(refused(Code.STALE), replace(newer(), hop=Hop.CLIENT)), False),
    ("… than one without a number", commands(refused(Code.STALE, sequence=None), newer()), False),
    ("that a newer command was seen, and there was none", commands(refused(Code.STALE), newer(sequence=3)), False),
    ("a snapshot where there is one", snapshots((90.0, KEPT)), True),
    ("… where it was deleted", snapshots((90.0, KEPT), (95.0, LET_GO)), False),
    ("… where it was deleted later", snapshots((90.0, KEPT), (105.0, LET_GO)), True),
    ("… where it was deleted as this ended", snapshots((90.0, KEPT), (104.0, LET_GO)), False),
    ("… where it was made as this began", snapshots((100.0, KEPT)), False),
    ("… that was asked for by the skew later", snapshots((90.0, KEPT), invoked_at=100.5, completed_at=101.0), True),
    ("… that was answered by the skew earlier", snapshots((90.0, KEPT), invoked_at=99.0, completed_at=99.5), True),
    ("… where it was made meanwhile", snapshots((101.0, KEPT)), False),
    ("… where there is none", snapshots(), False),
    ("… of another share", snapshots((90.0, KEPT), name="b"), False),
    ("… and an answer that it is refused", snapshots((90.0, KEPT), result=OpResult.FAIL), False),
    ("… and an answer long before", snapshots((90.0, KEPT), invoked_at=90.0, completed_at=91.0), False),
    ("… and an answer that never came", snapshots((90.0, KEPT), completed_at=None), True),
    ("… and a request after it had begun", snapshots((90.0, KEPT), invoked_at=101.0, completed_at=102.0), False),
    ("another change of a share with a snapshot", snapshots((90.0, KEPT), asked=OpKind.ALLOW), False),
    ("a share that was there before", replace(CALM, readings=(reading("north", 0, PREEXISTING),)), True),
    ("another share that was", replace(CALM, readings=(reading("north", 0, replace(PREEXISTING, name="b")),)), False),
    ("a share that somebody else made", replace(CALM, effects=(BY_OTHERS,)), True),
    ("another one", replace(CALM, effects=(replace(BY_OTHERS, name="b"),)), False),
    ("one of another cluster", replace(CALM, effects=(replace(BY_OTHERS, cluster="south"),)), False),
    ("a wipe", replace(CALM, effects=(effect(1, 60.0), effect(2, 61.0, EffectKind.WIPED))), True),
    ("a delete", replace(CALM, effects=(effect(1, 60.0), effect(2, 61.0, EffectKind.DELETED))), False),
    ("a cluster that was full of commands", busy((99.0, 100.0), (104.0, None)), True),
    ("a cluster that served one alone", busy((99.0, 99.75), (104.0, None)), False),
    ("… and then another", busy((99.0, 100.0), (104.25, None)), False),
    ("a cluster of which clients asked too much", busy((99.0, 100.0), (104.0, None), hop=Hop.CLIENT), False),
    ("another cluster that was full", busy((99.0, 100.0), (104.0, None), location="south"), False),
    ("without a command log, a share that was made at once", replace(BLIND, effects=(effect(1, 101.0),)), False),
    ("… and one that was made later", replace(BLIND, effects=(effect(1, 101.25),)), True),
    ("… and another that was", replace(BLIND, effects=(effect(1, 101.25, name="b"),)), False),
    ("with a command log, one that was made later", replace(CALM, effects=(effect(1, 101.25),)), False),
    ("without a command log, nor an effect log", replace(BLIND, has_effect_log=False), True),
    ("without an effect log alone", replace(CALM, has_effect_log=False), False),
    ("without a command log, a cluster of which much was asked", asked(70.0, 101.0, 104.0), True),
    ("… of which less was asked", asked(69.0, 101.0, 104.0), False),
    ("… that was only read", asked(70.0, 101.0, 104.0, kind=OpKind.GET), False),
    ("… when another was asked much", asked(70.0, 101.0, 104.0, location="south"), False),
]


@pytest.mark.parametrize(("history", "excused"), [pytest.param(*row, id=id) for id, *row in CASES])
def test_a_cause_excuses_what_it_can_have_led_to(history: History, excused: bool) -> None:
    assert is_excused(HistoryIndex(history, BOUNDS), FAILURE) is excused


@pytest.mark.parametrize(
    "limits",
    [
        ClusterLimits(queue=1),
        ClusterLimits(connections=1),
        ClusterLimits(startups=(1, 1, 1)),
        ClusterLimits(capacity=1),
        ClusterLimits(share_size=1),
        ClusterLimits(shares=1),
    ],
)
def test_a_limit_excuses_only_where_no_command_log_tells_whether_it_was_met(limits: ClusterLimits) -> None:
    assert is_excused(HistoryIndex(BLIND, limited(limits)), FAILURE)
    assert not is_excused(HistoryIndex(CALM, limited(limits)), FAILURE)


@pytest.mark.parametrize(
    ("disturbed", "excused"),
    [
        ((102.0, 103.0), True),
        ((104.5, 106.0), True),
        ((104.75, 106.0), False),
        ((60.0, 70.0), True),
        ((60.0, 69.0), False),
    ],
)
def test_what_was_planned_excuses_only_where_no_command_log_tells_what_it_did(
    disturbed: tuple[float, float], excused: bool
) -> None:
    bounds = replace(BOUNDS, disturbed=(disturbed,))
    assert is_excused(HistoryIndex(BLIND, bounds), FAILURE) is excused
    assert not is_excused(HistoryIndex(CALM, bounds), FAILURE)


@pytest.mark.parametrize("bounds", [Bounds(), replace(BOUNDS, scenario=replace(base_scenario(), clusters=()))])
def test_where_the_limits_are_not_known_they_excuse_nothing(bounds: Bounds) -> None:
    assert not is_excused(HistoryIndex(busy((99.0, inf), (99.0, inf)), bounds), FAILURE)
    assert not is_excused(HistoryIndex(BLIND, bounds), FAILURE)


def test_what_hinders_is_any_cause_but_much_to_do() -> None:
    assert is_hindered(HistoryIndex(struck(102.0), BOUNDS), FAILURE)
    full = HistoryIndex(busy((99.0, 100.0), (104.0, None)), BOUNDS)
    assert is_excused(full, FAILURE)
    assert not is_hindered(full, FAILURE)


def test_what_concerns_no_known_record_is_not_excused_by_those_of_none() -> None:
    unknown = FAILURE._replace(share=None)
    assert not is_excused(HistoryIndex(commands(refused()), BOUNDS), unknown)
