"""Two fakes to compare, one of them with a defect, and what a comparison says of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from harness.contract.defects.defect import NO_DEFECT, Defect
from harness.contract.fakes import fake_target
from harness.contract.target import ContractTarget
from harness.fidelity.declared import IntendedDifference
from harness.fidelity.run import FidelityOptions, run_fidelity
from reports.fidelity.results import FidelityReport

__all__ = ["compare", "two_fakes"]


@asynccontextmanager
async def two_fakes(defect: Defect = NO_DEFECT, *, keys: Path) -> AsyncIterator[tuple[ContractTarget, ContractTarget]]:
    """keys: a folder of keys, made once for all."""
    async with fake_target(defect=defect.without(), keys=keys) as real, fake_target(defect=defect, keys=keys) as fake:
        yield real, fake


async def compare(
    targets: tuple[ContractTarget, ContractTarget],
    folder: Path,
    *,
    sequences: int,
    pool: int = 150,
    declared: Sequence[IntendedDifference] = (),
    fail_fast: bool = False,
    stop: asyncio.Event | None = None,
) -> FidelityReport:
    ledgers = (folder / "real", folder / "fake")
    options = FidelityOptions(
        sequences=sequences, pool=pool, ledgers=ledgers, declared=tuple(declared), fail_fast=fail_fast
    )
    return await run_fidelity(
        *targets, options, on_sequence=lambda differences: None, stop=asyncio.Event() if stop is None else stop
    )
