"""A resize that was given up does not land on an active share, however late the cluster comes to it."""

import pytest

from connector.values import replace
from harness.run.result import RunResult
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import ClientPolicy, Scenario
from harness.virtual.runner import VirtualRunner
from pipeline.settings import PipelineSettings
from reports.history import EffectKind
from tests.harness.live.scenes import invalid
from tests.harness.model.scenes import in_model

_BASE = """
title = "Resizes that are given up"
seed = 5
settle = "60s"
fence = "3s"
[workload]
rate = 2
duration = "12s"
mix = { create = 1, resize = 1 }
[client]
total = "3s"
poll_every = "200ms"
poll_deadline = "60s"
[pipeline.gateway]
read = "1500ms"
total = "2s"
[pipeline.processor]
lease = "2s"
scan = "100ms"
[pipeline.command]
connect = "400ms"
login = "400ms"
channel = "400ms"
command = "500ms"
skew = "100ms"
[pipeline.retry]
attempts = 2
first = "100ms"
longest = "500ms"
[clusters.north]
profile = "lan"
"""

_UNANSWERED = {
    "served too slowly": """
[[faults]]
kind = "slow_service"
verbs = ["resize"]
add = "10s"
""",
    "late, past every fence": """
[[faults]]
kind = "late_effect"
verbs = ["resize"]
delay = "20s"
""",
    "called done before it is": """
[[faults]]
kind = "late_effect"
verbs = ["resize"]
delay = "20s"
answer = "success"
""",
    "late once, then refused for good": """
[[faults]]
kind = "late_effect"
verbs = ["resize"]
attempts = [1]
delay = "20s"
[[faults]]
kind = "error_exit"
verbs = ["resize"]
attempts = [2, 3]
code = "quota"
early = true
""",
    "late, then refused for now": """
[[faults]]
kind = "late_effect"
verbs = ["resize"]
attempts = [1]
delay = "20s"
[[faults]]
kind = "error_exit"
verbs = ["resize"]
attempts = [2, 3, 4, 5]
code = "full"
early = true
""",
}

_KILL = """
[[nemesis]]
at = "0s"
kind = "kill"
target = "processor"
site = "{site}"
nth = {nth}
duration = "200ms"
"""

_SITES = ("store.commit.give-up.before", "store.commit.give-up.after", "connector.exec.before", "connector.exec.after")

_CUT_SHORT = {
    "the processor is killed as it gives up": "".join(
        _KILL.format(site=site, nth=nth) for site in _SITES for nth in (1, 2, 3)
    ),
    "the cluster is away for a while": """
[[nemesis]]
at = "7s"
kind = "crash"
target = "north"
duration = "4s"
""",
}


def _scenario(*parts: str) -> Scenario:
    return parse_scenario("".join((_BASE, *parts)), "given-up.toml")


def _resized_late(played: RunResult) -> int:
    return sum(row.kind is EffectKind.RESIZED and row.late for row in played.history.effects)


@pytest.mark.parametrize("name", _UNANSWERED)
def test_a_cluster_that_knows_sequences_is_sent_a_newer_resize(name: str) -> None:
    scenario = _scenario(_UNANSWERED[name])
    played = VirtualRunner().run_now(scenario, seed=scenario.seed)
    assert any("not resized" in (change.reason or "") for change in played.history.changes)
    assert invalid(scenario, played) == {}
    model = in_model(scenario, seed=scenario.seed)
    assert invalid(scenario, model) == {}
    assert model.history.effects == played.history.effects


@pytest.mark.parametrize("seed", range(4))
def test_a_resize_of_which_the_cluster_is_late_beyond_its_promise_is_told_as_what_it_is(seed: int) -> None:
    scenario = _scenario(_UNANSWERED["late, past every fence"], "overtaken = true\n")
    played = VirtualRunner().run_now(scenario, seed=seed)
    assert _resized_late(played)
    assert "S5" in invalid(scenario, played)


@pytest.mark.parametrize("delay", ["400ms", "550ms"])
def test_where_no_sequence_is_known_the_fence_is_waited_out(delay: str) -> None:
    late = _UNANSWERED["late, past every fence"].replace("20s", delay)
    scenario = _scenario('capabilities = ["mark"]\n', late)
    played = VirtualRunner().run_now(scenario, seed=scenario.seed)
    assert _resized_late(played)
    assert invalid(scenario, played) == {}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in (1, 2))])
@pytest.mark.parametrize("trouble", _CUT_SHORT)
@pytest.mark.parametrize("name", _UNANSWERED)
def test_a_resize_that_is_given_up_is_overtaken_by_whoever_takes_the_record_up_again(
    name: str, trouble: str, seed: int
) -> None:
    scenario = _scenario(_UNANSWERED[name], _CUT_SHORT[trouble])
    assert invalid(scenario, VirtualRunner(sampled=False).run_now(scenario, seed=seed)) == {}


def test_at_default_settings_too() -> None:
    """Effects that are late by five times the longest that a command may take."""
    base = _scenario(_UNANSWERED["late, past every fence"].replace("20s", "100s"))
    scenario = replace(
        base,
        pipeline=PipelineSettings(),
        settle=300.0,
        fence=200.0,
        workload=replace(base.workload, rate=0.5, duration=200.0, only=tuple(range(1, 13))),
        client=ClientPolicy(poll_deadline=300.0),
    )
    played = VirtualRunner(sampled=False).run_now(scenario, seed=scenario.seed)
    assert any("not resized" in (change.reason or "") for change in played.history.changes)
    assert invalid(scenario, played) == {}
