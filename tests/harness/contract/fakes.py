"""Fakes to hold to the contract, and what the suite says of them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from harness.contract.clause import Clause
from harness.contract.clauses import CLAUSES
from harness.contract.defects.defect import NO_DEFECT, Defect
from harness.contract.fakes import fake_target
from harness.contract.suite import SuiteOptions, run_suite
from harness.contract.target import ContractTarget
from reports.contract.results import ClauseResult, ContractReport

__all__ = ["clause", "held", "report_on"]


def clause(id: str) -> Clause:
    return next(each for each in CLAUSES if each.id == id)


async def report_on(
    target: ContractTarget, folder: Path, clauses: Sequence[Clause] = CLAUSES, *, strict: bool = False, seed: int = 1
) -> ContractReport:
    options = SuiteOptions(
        clauses=clauses,
        all=CLAUSES,
        filters=() if clauses is CLAUSES else ("some",),
        ledger=folder,
        seed=seed,
        strict=strict,
    )
    return await run_suite(target, options, on_result=_quiet, stop=asyncio.Event())


async def held(
    folder: Path, *ids: str, defect: Defect = NO_DEFECT, keys: Path | None = None, dialect: str = "native"
) -> ContractReport:
    """A fake, held to these clauses."""
    async with fake_target(defect=defect, keys=keys, dialect=dialect) as target:
        return await report_on(target, folder, [clause(id) for id in ids] or CLAUSES)


def _quiet(result: ClauseResult) -> None:
    pass
