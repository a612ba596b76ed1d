"""What a world does not support is known before the run, named after it, and leaves the verdict unknown."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from connector.errors import TomlProblems
from connector.values import replace
from harness.cli.entry import invoke
from harness.contract.own_clusters import open_own_clusters
from harness.contract.target_named import NamedTarget
from harness.journal import journal_of
from harness.lint import lint
from harness.model.runner import ModelRunner
from harness.recheck import recheck
from harness.run.spelled_names import unspelled_names
from harness.run.unsupported import foreseen, skipped_arrivals, unsupported_steps
from harness.scenario.deliveries import DeliveryKind, DeliveryRule
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.nemesis_kinds import NemesisKind, kill, skew
from harness.scenario.parse import parse_scenario
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Server
from harness.scenario.scenario import WorkloadKind
from harness.scenario.service_fault import CountedSelector
from harness.virtual.runner import VirtualRunner
from harness.world_name import WorldName
from harness.worlds import runner
from reports.history import Op, OpKind, Purpose
from tests.harness.live.scenes import calm, invalid
from tests.harness.scenario.samples import CALM

TEXT = (
    CALM
    + """
[[toxics]]
link = "processor-north"
kind = "latency"
latency = "1ms"

[[deliveries]]
kind = "duplicate_delivery"
every = 2

[[nemesis]]
at = "100ms"
kind = "skew"
target = "api"
offset = "10ms"
duration = "100ms"

[[nemesis]]
at = "200ms"
kind = "kill"
target = "processor"
site = "store.commit.end.before"
duration = "100ms"

[[nemesis]]
at = "300ms"
kind = "disconnect"
target = "north"

[pipeline.processor]
lease = "4s"

[pipeline.command]
connect = "500ms"
login = "750ms"
channel = "500ms"
command = "750ms"
skew = "100ms"
"""
)
"""With short leases: the record that a killed processor had claimed waits for the end of its lease."""


@pytest.mark.parametrize(
    ("world", "design"),
    [
        *((world, design) for world in WorldName for design in ("spool", "in-process") if world is not WorldName.REAL),
        (WorldName.REAL, "spool"),
    ],
)
def test_it_is_what_the_world_says_that_it_skipped(world: WorldName, design: str, tmp_path: Path) -> None:
    scenario = parse_scenario(f'{TEXT}\n[pipeline]\ndesign = "{design}"\n', "x.toml")
    own = {cluster.name: NamedTarget(name="fake") for cluster in scenario.clusters}  # as good as Samba, and cheaper
    opens = partial(open_own_clusters, named=own, ledger=tmp_path, on_left=lambda name, left: None)
    playing = runner(world, open_clusters=opens if world is WorldName.REAL else None)
    played = asyncio.run(playing.run(scenario, seed=1))
    told = [remark.reason.removesuffix(": the verdict will be unknown") for remark in foreseen(scenario, world)]
    assert sorted(told) == sorted(played.skipped)
    assert bool(told) == world.has_wall_clock


@pytest.mark.parametrize(("design", "skipped"), [("spool", 0), ("in-process", 1)])
def test_a_design_that_works_past_the_store_of_its_parts_skips_faults_of_the_store(design: str, skipped: int) -> None:
    text = '[[store_faults]]\nkind = "store_slow_sync"\nevery = 2\ndelay = "10ms"\n'
    scenario = parse_scenario(f'{CALM}\n{text}\n[pipeline]\ndesign = "{design}"\n', "x.toml")
    played = asyncio.run(runner(WorldName.VIRTUAL).run(scenario, seed=1))
    told = [
        remark.reason.removesuffix(": the verdict will be unknown") for remark in foreseen(scenario, WorldName.VIRTUAL)
    ]
    assert told == list(played.skipped)
    assert len(told) == skipped


def test_lint_says_it_of_the_world_that_is_asked_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.toml"
    path.write_text(TEXT)
    assert invoke(["lint", str(path)]) == 0
    live = capfd.readouterr().out
    assert f"{path}:15: deliveries[0]: delivery 'duplicate_delivery': skipped: not supported in the live world" in live
    assert "the verdict will be unknown" in live
    assert "toxic" not in live
    for world in ("model", "virtual"):
        assert invoke(["lint", str(path), "--world", world]) == 0
        assert "skipped" not in capfd.readouterr().out
    assert not [each for each in lint(parse_scenario(TEXT, "x.toml")) if "skipped" in each.problem.message]


def test_a_run_says_it_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.toml").write_text(TEXT)
    assert invoke(["run", "x.toml", "--world", "live", "--out", "out"]) == 2
    said = capfd.readouterr().err.splitlines()
    assert (
        sum("skipped: not supported in the live world: the verdict will be unknown" in line for line in said[:2]) == 2
    )


def _striking(kind: str, server: str) -> str:
    shared = CALM.replace("\n\n[workload]", '\nstore = "postgresql"\nspool = "nats"\n\n[workload]')
    return f'{shared}\n[[nemesis]]\nat = "300ms"\nkind = "{kind}"\ntarget = "{server}"\n'


@pytest.mark.parametrize("server", Server)
def test_servers_that_the_parts_share_are_killed_where_there_are_any(server: Server) -> None:
    scenario = parse_scenario(_striking("kill", server), "x.toml")
    assert not [row for row in foreseen(scenario, WorldName.LIVE) if "skipped" in row.reason]
    for world in (WorldName.VIRTUAL, WorldName.MODEL):
        [row] = [row for row in foreseen(scenario, world) if "skipped" in row.reason]
        assert row.reason.startswith(f"kill {server}: skipped: not supported in the {world} world")
    played = VirtualRunner().run_now(scenario, seed=1)
    assert played.skipped == (f"kill {server}: skipped: not supported in the virtual world",)
    with pytest.raises(TomlProblems, match=f"unknown target of pause '{server}'"):
        parse_scenario(_striking("pause", server), "x.toml")


KILL = kill("processor", at=1.0, duration=0.5)
FAILPOINT = kill("processor", at=1.0, duration=0.5, site=CrashPoint.BEFORE_END)
SKEW = skew("api", at=1.0, offset=0.1)


def _kills(target: str) -> frozenset[NemesisKind]:
    return frozenset({NemesisKind.KILL})


def test_an_unknown_kind_and_a_crash_point_without_failpoints_are_unsupported() -> None:
    assert list(unsupported_steps((KILL, FAILPOINT, SKEW), _kills, has_failpoints=False, world="model")) == [
        FAILPOINT,
        SKEW,
    ]
    assert list(unsupported_steps((KILL, FAILPOINT), _kills, has_failpoints=True, world="model")) == []


def test_the_model_world_kills_at_crash_points_sets_clocks_and_repeats_messages() -> None:
    rule = DeliveryRule(label="twice", kind=DeliveryKind.DUPLICATE, selector=CountedSelector())
    expect = {"kill": 1, "skew": 1, "twice": 1}
    scenario = replace(calm(), nemesis=(FAILPOINT, SKEW), deliveries=(rule,), expect=expect)
    played = ModelRunner().run_now(scenario, seed=5)
    assert played.skipped == ()
    assert invalid(scenario, played) == {}


def test_what_was_skipped_leaves_the_verdict_unknown_though_nothing_was_promised() -> None:
    disturbed = replace(calm(), nemesis=(SKEW,))
    played = replace(ModelRunner().run_now(disturbed, seed=5), skipped=("skew api: skipped",))
    assert list(invalid(disturbed, played)) == ["V1"]
    assert journal_of(disturbed, played, seed=5, world="model", command="").notes[:1] == played.skipped


def test_the_note_of_skipped_recreates_says_what_gives_more_of_them() -> None:
    (note,) = skipped_arrivals({WorkloadKind.RECREATE: 14})
    assert note.startswith("14 recreate skipped: no removed share whose name is free yet")
    assert note.endswith("(more deletes, or a longer load, give some)")


def test_a_gate_of_a_gateway_that_is_not_there_is_not_judged_and_a_note_says_so() -> None:
    text = CALM.replace("[workload]", 'gates = ["count(op) >= 1", "count(op) < 1 through nginx"]\n[workload]', 1)
    scenario = parse_scenario(text, "x.toml")
    played = ModelRunner().run_now(scenario, seed=5)
    note = "gate `count(op) < 1 through nginx`: not judged, since clients go through builtin"
    journal = journal_of(scenario, played, seed=5, world="model", command="")
    assert [gate.expression for gate in journal.gates] == ["count(op) >= 1"]
    assert note in journal.notes
    assert note in [remark.reason for remark in foreseen(scenario, WorldName.LIVE)]
    behind = scenario.behind(GatewayKind.NGINX)
    failed = journal_of(behind, played, seed=5, world="live", command="")
    assert [gate.passed for gate in failed.gates] == [True, False]
    assert recheck(replace(failed, gates=()))[0].gates == failed.gates


def test_creates_with_names_that_a_dialect_cannot_spell_are_noted() -> None:
    scenario = parse_scenario(TEXT.replace("[clusters.north]", '[clusters.north]\ndialect = "zfs"'), "x.toml")
    name = "share-0001 it's mine"
    op = Op(
        number=1,
        client="c",
        kind=OpKind.CREATE,
        purpose=Purpose.LOAD,
        location="north",
        name=name,
        intended_at=0.0,
        invoked_at=0.0,
    )
    ops = [op, replace(op, name="share-0002"), replace(op, kind=OpKind.DELETE)]
    (note,) = unspelled_names(scenario, ops)
    assert note.startswith(f"1 create had a name that the dialect of north cannot spell, such as {name!r}")
    assert list(unspelled_names(replace(scenario, clusters=()), ops)) == []
