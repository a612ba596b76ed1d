"""Shares that a fault may strike, on clusters that they share with calm ones: each as on the general path."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.chance import Chance
from connector.codes import Code
from connector.operations import Verb
from connector.values import replace
from fake_clusters.calls import Coordinate
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.faults import FAULTS
from fake_clusters.faults.active import ActiveFault
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector, Per
from fake_clusters.rules.rule import ALWAYS, Window
from fake_clusters.spec import ClusterLimits
from harness.journal import journal_of
from harness.model.fast.eligible import NotEligible, objection
from harness.model.fast.routing import Routing
from harness.model.fast.run import FastRun
from harness.model.pace import ModelPace
from harness.run.result import RunResult
from harness.scenario.scenario import Scenario
from harness.workload.names import ADDITIONS, NAMING, share_name
from reports.history import History, Hop
from tests.harness.model.scenes import cluster, in_model, scenario

_KINDS = (
    "hang",
    "slow_service",
    "error_exit",
    "reply_lost",
    "late_effect",
    "lying_success",
    "partial_effect",
    "name_taken",
    "truncated",
    "drip",
)
_OF_SHARES = (Verb.CREATE, Verb.SHOW, Verb.DELETE)


def _rule(kind: str, *, window: Window = ALWAYS, label: str = "", **selector: Any) -> FaultRule:
    """One that takes commands for shares alone."""
    found = FAULTS[kind]
    if not (found.verbs or found.standing):
        selector = {"verbs": _OF_SHARES, **selector}
    chosen = CallSelector(**selector)
    parameters = found.parameters(add=3.0) if kind == "slow_service" else found.parameters()
    return FaultRule(label=label or kind, kind=found, parameters=parameters, selector=chosen, window=window)


def _scene(
    *rules: FaultRule, clusters: int = 4, places: int = 8, rate: float = 4.0, duration: float = 20.0
) -> Scenario:
    """No cluster ever needs a second connection: who opens one stands behind others that come at the same instant."""
    specs = [
        cluster(
            f"c{number}",
            create=Lognormal(median=0.3, p99=2.0),
            other=Lognormal(median=0.05, p99=0.5),
            limits=ClusterLimits(commands=places),
        )
        for number in range(clusters)
    ]
    width = {"processor": {"workers": 8}}
    return scenario(*specs, rate=rate, duration=duration, settle=300.0, pipeline=width, faults=rules)


def _routed(played: Scenario, seed: int = 1, every: int = 1) -> RunResult:
    assert objection(played) is None
    return FastRun(played, seed=seed, pace=ModelPace(), every=every).play()


def _rows(history: History) -> dict[str, set[tuple[object, ...]]]:
    """All that is told of shares."""
    return {
        "changes": {(row.share, row.name, row.before, row.after, row.at, row.reason) for row in history.changes},
        "commands": {
            (row.name, row.verb, row.tried, row.began_at, row.ended_at, row.deadline, row.result, row.code, row.site)
            for row in history.attempts
            if row.hop is Hop.PROCESSOR and row.name
        },
        "effects": {(row.cluster, row.name, row.kind, row.at, row.late, row.mark) for row in history.effects},
        "injections": {(row.at, row.label, row.cluster, row.key, row.verb, row.attempt) for row in history.injections},
        "ops": {(op.kind, op.name, op.invoked_at, op.completed_at, op.status, op.state) for op in history.ops},
    }


def _assert_same(routed: History, full: History) -> None:
    expected, found = _rows(full), _rows(routed)
    for kind, rows in expected.items():
        assert found[kind] == rows, kind


@pytest.mark.parametrize("kind", _KINDS)
def test_struck_shares_end_as_on_the_general_path_and_so_do_those_beside_them(kind: str) -> None:
    played = _scene(_rule(kind, probability=0.2))
    routed, full = _routed(played), in_model(played, seed=1)
    assert routed.history.injections
    _assert_same(routed.history, full.history)
    verdicts = [
        [
            (row.invariant, row.verdict, row.summary)
            for row in journal_of(played, run, seed=1, world="model", command="").findings
        ]
        for run in (routed, full)
    ]
    assert verdicts[0] == verdicts[1]


_SELECTORS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "probability": st.sampled_from([0.02, 0.1, 0.3]),
        "first": st.integers(1, 5),
        "every": st.integers(2, 5),
        "per": st.just(Per.KEY),
        "attempts": st.sampled_from([(1,), (2,), (1, 3)]),
        "keys": st.just(("share-00?1*",)),
        "clusters": st.just(("c0",)),
    },
)
_WINDOWS = st.just(ALWAYS) | st.builds(
    lambda begins, lasts: Window(begins=begins, ends=begins + lasts), st.floats(0.0, 15.0), st.floats(1.0, 5.0)
)


@st.composite
def _rules(draw: st.DrawFn) -> list[FaultRule]:
    kinds = draw(st.lists(st.sampled_from([*_KINDS, "full", "read_only"]), min_size=1, max_size=2, unique=True))
    return [_rule(kind, window=draw(_WINDOWS), **({} if FAULTS[kind].standing else draw(_SELECTORS))) for kind in kinds]


@settings(max_examples=10, derandomize=True)
@given(rules=_rules(), clusters=st.integers(2, 6), places=st.sampled_from([1, 2, 8]), seed=st.integers(1, 1000))
def test_whatever_the_rules_a_routed_run_is_told_as_the_general_path_tells_it(
    rules: list[FaultRule], clusters: int, places: int, seed: int
) -> None:
    played = _scene(*rules, clusters=clusters, places=places, rate=3.0, duration=15.0)
    try:
        routed = _routed(played, seed).history
    except NotEligible:  # then all of it is left to the general path
        return
    _assert_same(routed, in_model(played, seed=seed).history)


def test_struck_lists_of_a_cluster_end_as_on_the_general_path() -> None:
    played = _scene(_rule("reply_lost", verbs=(Verb.CREATE, Verb.LIST), probability=0.2), duration=40.0)
    routed, full = _routed(played).history, in_model(played, seed=1).history
    until = max(row.at for row in routed.readings) - 20.0  # one run goes on where the other ends
    lists = [
        {
            (row.location, row.began_at, row.ended_at, row.result, row.code)
            for row in history.attempts
            if row.verb == "list" and row.began_at < until
        }
        for history in (routed, full)
    ]
    assert lists[0] == lists[1]
    assert {code for *_, code in lists[0]} == {None, Code.TIMEOUT}
    _assert_same(routed, full)


def test_a_rule_that_can_never_strike_changes_nothing() -> None:
    calm = _routed(_scene(rate=20.0), every=5).history
    for rule in (_rule("hang", probability=1e-9), _rule("hang", keys=("nobody",)), _rule("hang", attempts=(7,))):
        history = _routed(_scene(rule, rate=20.0), every=5).history
        assert (history.ops, history.attempts, history.effects) == (calm.ops, calm.attempts, calm.effects)


def test_most_of_a_load_of_which_few_shares_are_struck_is_known_beforehand() -> None:
    run = FastRun(_scene(_rule("hang", probability=0.02), clusters=20, rate=40.0), seed=1, pace=ModelPace(), every=50)
    played = run.play()
    struck = len({row.key for row in played.history.injections})
    assert 0 < struck < 0.1 * run.tally.asked
    assert run.tally.calm > 0.8 * run.tally.asked
    assert run.tally.active == run.tally.asked


@pytest.mark.parametrize(
    ("played", "why"),
    [
        (_scene(_rule("hang", verbs=(Verb.CAPABILITIES,), clusters=("c0",))), "c0 may not say in time what it can do"),
        (_scene(_rule("truncated", verbs=(Verb.LIST,))), "a fault spoils a list of c0"),
        (_scene(_rule("full"), clusters=1), "no cluster has room"),
    ],
)
def test_what_strikes_more_than_shares_is_left_to_the_general_path(played: Scenario, why: str) -> None:
    with pytest.raises(NotEligible, match=why):
        _routed(played)


def test_a_fault_of_connections_or_of_the_pace_of_a_whole_cluster_needs_the_general_path() -> None:
    busy = _rule("error_exit")
    busy = replace(busy, parameters=replace(busy.parameters, code=Code.BUSY))
    for rule in (_rule("crash"), _rule("disconnect_after"), _rule("garbled"), busy):
        assert objection(_scene(rule)) == f"the fault {rule.label} does not strike single commands"


def test_each_share_that_a_rule_would_strike_is_routed() -> None:
    """By what decides it in a cluster's model, for names of every kind."""
    rules = [
        _rule("hang", label="chance", probability=0.05),
        _rule("slow_service", label="keys", probability=0.5, keys=("*größe*",)),
        _rule("late_effect", label="place", probability=0.1, clusters=("c1",)),
        _rule("full", window=Window(begins=2.0, ends=3.0)),
    ]
    clusters, accepted = [f"c{number % 3}" for number in range(512)], [number / 100 for number in range(512)]
    numbers = range(1001, 1513)
    names = {number: share_name(7, number) for number in numbers}
    naming = Chance(7, NAMING)
    odd = [(number, naming.u01(number, 1)) for number, name in names.items() if name.endswith(ADDITIONS)]
    routing = Routing(rules, ["c0", "c1", "c2"], seed=7, reach=0.0)
    active = {
        name: [ActiveFault(rule, cluster=name, seed=7) for rule in rules if rule.selector.covers(name)]
        for name in ("c0", "c1", "c2")
    }
    struck = {
        number
        for number, name, at in zip(numbers, clusters, accepted, strict=True)
        for fault in active[name]
        for verb in (Verb.CREATE, Verb.SHOW)
        if fault.matches(Coordinate(at=at, cluster=name, connection=1, attempt=1, key=names[number], verb=verb), at)
    }
    found = routing.struck(1001, odd, accepted, clusters)
    assert found == sorted(found, reverse=True)
    assert set(found) == struck
    assert len(struck) > 100
    assert routing.late_from == 2.0
