"""`run --world real --connector`: a run on connectors of somebody's own, judged from outside and cleaned up after."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.dialects import load_dialect
from connector.operations import Create, Stamp
from connector.outcomes import Done
from connector.protocol import Deadlines
from connector.ssh import SshConnector
from connector.targets import read_targets
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.contract.target import ContractTarget
from reports.journal import read_journal
from tests.harness.cli.serving import serving
from tests.harness.contract.shares import names_on

SCENARIO = """\
title = "A connector of one's own, on a slow line"
seed = 3
settle = "60s"
fence = "1s"

[workload]
rate = 2
duration = "2s"

[clusters.north]

[[toxics]]
link = "processor-north"
kind = "latency"
latency = "20ms"

[expect]
latency = 1
"""
FILE = """\
title = "filer, north"

[ssh]
host = "127.0.0.1"
port = {port}
username = "spool"
key = "keys/client_ed25519"
known_hosts = "clusters-known_hosts"

[parameters]
settle = "200ms"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "x.toml").write_text(SCENARIO)
    return tmp_path


@pytest.fixture
def filer(folder: Path) -> Iterator[ContractTarget]:
    """A fake in another process, in the place of somebody's connector."""
    (folder / "farm.toml").write_text("[clusters.filer]\n")
    with serving("clusters", "serve", "farm.toml", where=folder):
        (target,) = read_targets(folder / "clusters.json")
        (folder / "filer.toml").write_text(FILE.format(port=target.port))
        yield ContractTarget(title="filer", target=target, dialect=load_dialect("native"))


async def _has_a_share(filer: ContractTarget, name: str) -> None:
    async with SshConnector(filer.target, filer.dialect, connections=1) as connector:
        create = Create(name=name, size=1 << 30, stamp=Stamp(request_id=f"other-{name}"))
        assert isinstance(await connector.perform(create, Deadlines()), Done)


def _ledgers(folder: Path) -> list[Path]:
    return list((folder / "state").rglob("*.ledger"))


def test_a_run_on_a_connector_of_ones_own_leaves_only_what_was_there(
    folder: Path, filer: ContractTarget, capfd: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_has_a_share(filer, "theirs"))
    words = ["run", "x.toml", "--world", "real", "--connector", "north=filer.toml", "--out", "out", "--json"]
    assert invoke(words) == Exit.VALID
    said = capfd.readouterr()
    (run,) = json.loads(said.out)["runs"]
    assert (run["world"], run["verdict"]) == ("real", "valid")
    journal = read_journal(folder / "out" / "journal.json")
    assert "--connector north=filer.toml" in journal.command
    assert [(row.name, row.profile) for row in journal.clusters] == [("north", "a connector of its own: filer, north")]
    assert not journal.history.has_effect_log
    last = next(row for row in reversed(journal.history.readings) if row.side == "north")
    assert {share.name for share in last.shares} > {"theirs"}
    assert {row.fault for row in journal.history.injections} == {"latency"}
    assert asyncio.run(names_on(filer)) == ["theirs"]
    assert _ledgers(folder) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--connector", "north"], "'north': accepted: NAME=TARGET"),
        (["--connector", "west=filer.toml"], "x has no cluster 'west'; there are: north"),
        (["--connector", "north=filer"], "'filer' is no target"),
        (["--connector", "north=none.toml"], "none.toml: cannot be read"),
        (["--connector", "north=ssh://a@b:1 --kay k"], "unrecognized arguments: --kay k; accepted: a target, then"),
        (["--connector", "north=fake", "--connector", "north=fake"], "north is given twice"),
    ],
)
def test_what_is_not_acceptable_is_said_in_a_line(
    words: list[str], message: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "filer.toml").write_text(FILE.format(port=1))
    assert invoke(["run", "x.toml", "--world", "real", *words]) == Exit.BAD_INPUT
    said = capfd.readouterr().err
    assert message in " ".join(said.split())
    assert "Traceback" not in said
    assert not (folder / "runs").exists() or not list((folder / "runs").iterdir())


def test_it_is_for_the_real_world(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", "x.toml", "--connector", "north=fake"]) == Exit.BAD_INPUT
    assert "needs --world real" in capfd.readouterr().err


def test_a_connector_that_nobody_serves_is_one_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    address = "north=ssh://nobody@127.0.0.1:1 --host-key SHA256:a"
    assert invoke(["run", "x.toml", "--world", "real", "--connector", address]) == Exit.SERVICE_UNAVAILABLE
    said = capfd.readouterr()
    assert "nobody@127.0.0.1:1 cannot be tested: the connection was refused" in said.err
    assert "Traceback" not in said.err
    assert _ledgers(folder) == []
