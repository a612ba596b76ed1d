"""`contract sweep`: what a killed run leaves is found and removed, and nothing else is touched."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connector.operations import Create, Request, Stamp
from connector.outcomes import Done
from connector.ssh import SshConnector
from connector.targets import write_targets
from connector.values import replace
from harness.contract.clauses import CLAUSES
from harness.contract.defects.defect import Defect, Hands
from harness.contract.fakes import fake_target
from harness.contract.ledger import NameLedger
from harness.contract.sweep import SweepResult, sweep
from harness.contract.target import ContractTarget
from tests.harness.contract.shares import names_on, shares_of_others

SAMPLE = ("create.makes-the-share", "repeat.snapshot-create", "shell.semicolon")
"""In the suite; all clauses are a matter for `make soak`."""


class Killer:
    """A fake's ear: it kills a run at the first create that it hears of it, which is carried out all the same."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.killed = False

    def hear(self, hands: Hands, request: Request, connection: int) -> Request:
        if isinstance(request, Create) and self.process is not None and not self.killed:
            self.killed = True
            self.process.send_signal(signal.SIGKILL)
        return request

    async def kill_at(self, id: str, target: ContractTarget, ledger: Path, where: Path) -> None:
        """Run one clause in a process of its own, to its end or its death."""
        write_targets(where / "clusters.json", [target.target])
        command = ["contract", "clusters.json", "--clause", id, "--ledger", str(ledger), "--out", "out", "--force"]
        null = asyncio.subprocess.DEVNULL
        words = [sys.executable, "-m", "spoolproof", *command]
        self.process = await asyncio.create_subprocess_exec(*words, cwd=where, stdout=null, stderr=null)
        await self.process.wait()


@asynccontextmanager
async def _run_under_way(target: ContractTarget, ledger: Path) -> AsyncIterator[str]:
    """Another run of the suite that lives, with a share on the target."""
    with NameLedger.open(ledger, target.target, "spctalive") as names:
        name = names.register("spctalive-1")
        async with SshConnector(target.target, target.dialect, connections=1) as connector:
            create = Create(name=name, size=1 << 30, stamp=Stamp(request_id="alive"))
            assert isinstance(await connector.perform(create, target.deadlines), Done)
            yield name
        names.forget()


async def _check_sweep_after_kill(id: str, tmp_path: Path) -> SweepResult:
    ledger, killer = tmp_path / "ledger", Killer()
    listening = Defect(clause=id, does="kills a run", hear=killer.hear)
    async with (
        fake_target(defect=listening) as target,
        shares_of_others(target, "foreign", "spct-foreign-1"),
        _run_under_way(target, ledger) as alive,
    ):
        await killer.kill_at(id, target, ledger, tmp_path)
        others = ["foreign", alive, "spct-foreign-1"]
        dry = await sweep(target, ledger, remove=False)
        assert sorted({*dry.found, *others}) == sorted(await names_on(target)), "a dry run removes nothing"
        result = await sweep(target, ledger, remove=True)
        assert result.found == dry.found
        assert result.left == ()
        assert sorted(await names_on(target)) == sorted(others), id
        assert (await sweep(target, ledger, remove=True)).found == ()
    assert list(ledger.iterdir()) == []
    assert killer.killed or not result.found, (
        "a run that ends by itself leaves nothing; one killed at a create that is refused, too"
    )
    return result


@pytest.mark.parametrize("id", SAMPLE)
async def test_a_sweep_removes_what_a_killed_run_left_and_nothing_else(id: str, tmp_path: Path) -> None:
    result = await _check_sweep_after_kill(id, tmp_path)
    assert result.found, "the run was killed before it made anything"
    assert result.under_way == 1


@pytest.mark.soak
@pytest.mark.parametrize("id", [clause.id for clause in CLAUSES])
async def test_a_kill_at_any_clause_leaves_nothing_that_a_sweep_does_not_remove(id: str, tmp_path: Path) -> None:
    await _check_sweep_after_kill(id, tmp_path)


async def test_a_sweep_leaves_the_ledgers_of_other_targets_alone(tmp_path: Path) -> None:
    async with fake_target() as target:
        other = replace(target.target, port=target.target.port + 1)
        with NameLedger.open(tmp_path, other, "spctother") as names:
            names.register("spctother-1")
        async with shares_of_others(target, "spctother-1"):
            result = await sweep(target, tmp_path, remove=True)
        assert (result.found, result.elsewhere) == ((), 1)
        assert await names_on(target) == ["spctother-1"]
    assert [path.name for path in tmp_path.iterdir()] == ["spctother.ledger"]


async def test_a_name_that_a_kill_cut_short_does_no_harm(tmp_path: Path) -> None:
    async with fake_target() as target:
        with NameLedger.open(tmp_path, target.target, "spctcut") as names:
            names.register("spctcut-1")
        with (tmp_path / "spctcut.ledger").open("a") as ledger:
            ledger.write('{"name": "spctc')
        async with shares_of_others(target, "spctcut-1", "spctcut-spoiled", "other"):
            result = await sweep(target, tmp_path, remove=True)
        assert result.found == ("spctcut-1", "spctcut-spoiled"), "a name with the token is of the run, however spoiled"
        assert await names_on(target) == ["other"]
