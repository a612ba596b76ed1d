"""`contract sweep`: removes what killed runs left on a target, by their ledgers, and nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.ssh import SshConnector
from harness.contract.cleanup import Remover
from harness.contract.ledger import LedgerFile, ledgers, same_target
from harness.contract.preflight import check_target
from harness.contract.target import ContractTarget

__all__ = ["SweepResult", "sweep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """found: shares of runs that are over. left: of them, those that are still there. runs: ledgers of this target.

    under_way: runs that live, whose shares were not touched. elsewhere: ledgers of other targets.
    """

    found: tuple[str, ...]
    left: tuple[str, ...]
    runs: int
    under_way: int
    elsewhere: int


async def sweep(target: ContractTarget, folder: Path, *, remove: bool) -> SweepResult:
    """Raises `ServiceUnavailable`. A ledger is forgotten once nothing of its run is left."""
    async with SshConnector(target.target, target.dialect, connections=1) as connector:
        await check_target(target, connector)
        with ledgers(folder) as (over, under_way):
            await asyncio.sleep(target.parameters.settle)  # what a run sent just before it was killed may be under way
            ours = [each for each in over if each.target in ({}, same_target(target.target))]
            found, left = await _all(ours, target, connector, remove=remove)
    return SweepResult(found=found, left=left, runs=len(ours), under_way=under_way, elsewhere=len(over) - len(ours))


async def _all(
    files: Sequence[LedgerFile], target: ContractTarget, connector: SshConnector, *, remove: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found: list[str] = []
    left: list[str] = []
    for each in files:
        remover = Remover(connector, target.deadlines, each.token, each.owns)
        there, _ = await remover.find(each.names)
        found += there
        still = await remover.remove(each.names) if remove else there
        left += still
        if remove and not still:
            each.path.unlink(missing_ok=True)
    return tuple(found), tuple(left)
