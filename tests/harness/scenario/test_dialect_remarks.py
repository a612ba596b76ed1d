"""Lint says where a cluster's dialect makes a scenario show something else than it seems to."""

import pytest

from connector.operations import Verb
from fake_clusters.spec import LoginSpec
from harness.lint import lint
from harness.scenario.parse import parse_scenario
from harness.scenario.settling import settling
from harness.scenario.unreachable_faults import knows
from harness.world_name import WorldName

_BASE = """# What it shows.
title = "t"
settle = "10m"
[workload]
rate = 4
duration = "20s"
mix = {{ create = 4, resize = 1, delete = 1 }}
size = "{size}"
[clusters.array]
dialect = "{dialect}"
{more}
"""


def remarks(
    dialect: str, more: str = "", *, size: str = "1 GiB", world: WorldName | None = None
) -> list[tuple[str, str]]:
    scenario = parse_scenario(_BASE.format(dialect=dialect, more=more, size=size), "x.toml")
    return [(each.problem.key, each.problem.message) for each in lint(scenario, world)]


def fault(kind: str, more: str) -> str:
    return f'[[faults]]\nkind = "{kind}"\n{more}\n'


@pytest.mark.parametrize("dialect", ["native", "filer", "ontap", "storwize", "zfs"])
def test_a_dialect_that_does_what_the_load_asks_is_not_remarked_upon(dialect: str) -> None:
    assert remarks(dialect) == []


@pytest.mark.parametrize(
    ("dialect", "more", "key", "reason"),
    [
        ("usershare", "", "workload.mix.resize", "array has no resize: such resizes change nothing there"),
        ("inform", "", "workload.mix.resize", "array makes no share smaller: such resizes"),
        (
            "ontap",
            '[pipeline]\ncommand = { connect = "800ms", login = "800ms", channel = "800ms", command = "900ms" }\n',
            "pipeline.command.command",
            "0.9s is over before a job of array is asked for, every 1s",
        ),
        (
            "native",
            'latency = { background = "30s" }',
            "clusters.array.latency.background",
            "half of the shares are whole 30s after the answer or later, and they are cleaned up 27s after",
        ),
        (
            "zfs",
            fault("error_exit", 'code = "stale"\nverbs = ["create"]'),
            "faults[0]",
            "the dialect of array has no words for stale: internal is heard there",
        ),
        (
            "usershare",
            fault("partial_effect", "attempts = [1]"),
            "faults[0].attempts",
            "on array a create is 2 commands, and each is an attempt",
        ),
        ("usershare", fault("hang", 'verbs = ["resize"]'), "faults[0].verbs", "'hang' is for resize, which array does"),
        ("zfs", fault("hang", 'verbs = ["capabilities"]'), "faults[0].verbs", "which array does not support"),
        (
            "inform",
            fault("channel_refused", 'between = ["5s", "9s"]'),
            "faults[0]",
            "applies to new shells, and begins at 5s, when the pool likely holds open shells",
        ),
    ],
)
def test_what_a_dialect_cannot_say_or_do_is_remarked_upon(dialect: str, more: str, key: str, reason: str) -> None:
    found = remarks(dialect, more)
    assert key in dict(found)
    assert reason in dict(found)[key]


def test_a_later_command_of_a_create_is_an_attempt_that_is_made() -> None:
    """Of two commands for each of five tries, the tenth is the last."""
    last = remarks("usershare", fault("partial_effect", "attempts = [10]"))
    assert not [said for _, said in last if "none is made after" in said]
    beyond = remarks("usershare", fault("partial_effect", "attempts = [11]"))
    assert [said for _, said in beyond if "for attempt 11, and none is made after attempt 10" in said]


def test_sizes_below_the_step_of_an_array_are_remarked_upon() -> None:
    assert (
        "rounded up to a multiple of 268435456 bytes on array" in dict(remarks("inform", size="1 MiB"))["workload.size"]
    )
    assert "workload.size" not in dict(remarks("inform", size="512 MiB"))


def test_a_remark_on_many_clusters_of_one_dialect_is_made_once() -> None:
    more = "".join(f'[clusters.c{number}]\ndialect = "usershare"\n' for number in range(8))
    found = remarks("usershare", more)
    assert [key for key, _ in found] == ["workload.mix.resize"]
    assert "array, c0, c1 and 6 more has no resize" in found[0][1]


def test_what_is_shown_at_a_login_reaches_the_cluster_and_is_noted_where_there_is_no_ssh() -> None:
    text = _BASE.format(dialect="native", size="1 GiB", more='login = { banner = "Beware", motd = "Hello" }')
    (cluster,) = parse_scenario(text, "x.toml").clusters
    assert (cluster.login.banner, cluster.login.motd) == ("Beware", "Hello")
    assert set(LoginSpec().methods) <= set(cluster.login.methods)
    login = 'login = { banner = "Beware" }'
    for world in (WorldName.VIRTUAL, WorldName.MODEL):
        ((key, said),) = remarks("native", login, world=world)
        assert key == "clusters.array.login"
        assert "there is no SSH" in said
    assert remarks("native", login, world=WorldName.LIVE) == []


def test_shares_that_may_be_half_made_after_success_have_time_to_settle() -> None:
    half = fault("partial_effect", 'answer = "success"')
    plain, half_made, later = (
        parse_scenario(
            _BASE.format(dialect="native", size="1 GiB", more=more).replace('settle = "10m"\n', ""), "x.toml"
        )
        for more in ("", half, 'latency = { background = "1s" }')
    )
    assert half_made.settle == later.settle == plain.settle + 10 + 17.25
    assert {term.what for term in settling(half_made)} >= {"a share that is not whole yet", "its cleanup"}


def test_a_cluster_knows_no_command_that_its_dialect_lacks() -> None:
    (cluster,) = parse_scenario(_BASE.format(dialect="usershare", size="1 GiB", more=""), "x.toml").clusters
    assert not knows(cluster, Verb.RESIZE)
    assert knows(cluster, Verb.CREATE)
