"""`--world real`: the pipeline provisions on OpenSSH and Samba, and the run is judged from outside."""

import asyncio
import json
from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.operations import Access, Allow, Stamp
from connector.outcomes import Done
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from harness.checkers.checker import Need
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.lint import lint
from harness.real.clusters import RealClusters
from harness.run.world import World
from harness.scenario.parse import parse_scenario
from harness.world_name import WorldName
from harness.worlds import open_world
from reports.history import Op, OpKind, OpResult, Purpose
from reports.journal import read_journal
from tests.harness.real.smb import smbclient
from tests.real_parts import need_real_connector

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

TEXT = """\
# A real connector on a line that is slow, and torn at first.
title = "A real connector, a torn line"
seed = 3
settle = "120s"
fence = "1s"

[workload]
rate = 2
duration = "3s"

[clusters.north]

[pipeline.processor]
lease = "15s"

[pipeline.command]
command = "5s"

[[toxics]]
link = "processor-north"
kind = "latency"
latency = "20ms"

[[toxics]]
link = "processor-north"
kind = "reset_peer"
timeout = "300ms"
between = ["0s", "2s"]

[expect]
latency = 1
reset_peer = 1
"""


@pytest.fixture(autouse=True)
def _parts() -> None:
    need_real_connector()


def test_the_pipeline_provisions_on_it_over_a_torn_line_and_is_judged_from_outside(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.toml").write_text(TEXT)
    out = tmp_path / "out"
    assert invoke(["run", str(tmp_path / "x.toml"), "--world", "real", "--json", "--out", str(out)]) == Exit.VALID
    (run,) = json.loads(capfd.readouterr().out)["runs"]
    assert (run["world"], run["verdict"]) == ("real", "valid")
    journal = read_journal(out / "journal.json")
    assert not journal.history.has_effect_log
    weaker = next(row for row in journal.findings if row.invariant == "V2")
    assert f"no {Need.EFFECT_LOG}: S10 not judged; S1, " in weaker.summary
    last = next(row for row in reversed(journal.history.readings) if row.side == "north")
    assert {share.name for share in last.shares}, "it was read from the connector itself"
    assert {row.fault for row in journal.history.injections} == {"latency", "reset_peer"}
    assert [row.profile for row in journal.clusters] == ["OpenSSH and Samba usershares"]


def _op(kind: OpKind, number: int) -> Op:
    return Op(
        number=number,
        client="portal",
        kind=kind,
        purpose=Purpose.LOAD,
        location="north",
        name="Demo",
        key=f"key-{number}",
        size=1 << 30,
        intended_at=0.0,
        invoked_at=0.0,
    )


async def _ask(world: World, op: Op) -> tuple[OpResult, int | None, str | None]:
    async with world.open_client(world.service.url, connect=10.0) as client:
        answer = await client.send(op, within=30.0)
    return answer.result, answer.status, answer.state


async def _until(world: World, status: int, state: str | None) -> None:
    async with asyncio.timeout(120):
        while (await _ask(world, _op(OpKind.GET, 9)))[1:] != (status, state):
            await asyncio.sleep(0.1)


async def test_an_active_share_can_be_used_and_a_deleted_one_is_gone(tmp_path: Path) -> None:
    need_real_connector(served=True)
    (tmp_path / "sent").write_text("hello")
    sent, got = tmp_path / "sent", tmp_path / "got"
    async with open_world(parse_scenario(TEXT, "x.toml"), WorldName.REAL) as world:
        assert isinstance(world.clusters, RealClusters)
        (cluster,) = world.clusters.standing
        samba, (one, other) = cluster.samba, cluster.samba.users.values()
        assert (await _ask(world, _op(OpKind.CREATE, 1)))[:2] == (OpResult.OK, 202)
        await _until(world, 200, "active")
        assert "ACCESS_DENIED" in (await smbclient(samba, one, "demo", "ls"))[1], "nobody was let in yet"
        async with SshConnector(cluster.target, load_dialect("native"), connections=1) as connector:
            allow = Allow(name="Demo", client=one.name, access=Access.READ_WRITE, stamp=Stamp(request_id="admin-1"))
            assert isinstance(await connector.perform(allow, Deadlines()), Done)
        put = await smbclient(samba, one, "demo", f"put {sent} file; get file {got}")
        assert put[0] == 0, put[1]
        assert got.read_text() == "hello"
        assert "ACCESS_DENIED" in (await smbclient(samba, other, "demo", "ls"))[1], "a user who was not let in"
        assert (await _ask(world, _op(OpKind.DELETE, 2)))[:2] == (OpResult.OK, 202)
        await _until(world, 404, None)
        assert "BAD_NETWORK_NAME" in (await smbclient(samba, one, "demo", "ls"))[1]


async def test_what_a_real_connector_cannot_be_made_to_do_is_known_before_the_run() -> None:
    broken = """
[[faults]]
kind = "reply_lost"

[[nemesis]]
at = "1s"
kind = "crash"
target = "north"
duration = "1s"
"""
    scenario = parse_scenario(TEXT.replace("[expect]", broken + "[expect]"), "x.toml")
    said = [each.problem.message for each in lint(scenario, WorldName.REAL)]
    unsupported = "skipped: not supported in the real world: the verdict will be unknown"
    assert [line for line in said if "skipped" in line] == [
        f"fault 'reply_lost': {unsupported}",
        f"crash north: {unsupported}",
    ]
