"""One target whose clauses are asked for one by one, by whoever asks, and cleaned up after once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connector.clock import steady_clock
from connector.ssh import SshConnector
from harness.contract.clause import Clause
from harness.contract.clauses import CLAUSES
from harness.contract.cleanup import list_names
from harness.contract.exemptions import with_exemptions
from harness.contract.probe import SuiteBench
from harness.contract.run_clause import not_run
from harness.contract.suite import OPEN_ENDED, ask_clause, clean_up, open_bench
from harness.contract.target import ContractTarget
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import ServiceUnavailable
from harness.versions import product
from reports.contract.results import ClauseResult, ContractReport

__all__ = ["ClauseSeries"]

_JOBS = 4
"""Clauses at once, however many ask."""


@dataclass(slots=True)
class _Turns:
    """Clauses run side by side, but for those that need the target to themselves."""

    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    running: int = 0

    @asynccontextmanager
    async def take(self, *, alone: bool) -> AsyncIterator[None]:
        places = _JOBS if alone else 1
        async with self.changed:
            await self.changed.wait_for(lambda: self.running + places <= _JOBS)
            self.running += places
        try:
            yield
        finally:
            self.running -= places
            async with self.changed:
                self.changed.notify_all()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    target: ContractTarget
    bench: SuiteBench
    connector: SshConnector
    before: tuple[str, ...] | None


class ClauseSeries:
    """serve: opens the target when it is first asked for, and cleans up after `finish`, in one task.

    ledger: the folder of ledgers. strict: recommendations count as musts do.
    """

    def __init__(self, named: NamedTarget, *, ledger: Path, strict: bool) -> None:
        self.named = named
        self._ledger = ledger
        self._strict = strict
        self._wanted, self._finished = asyncio.Event(), asyncio.Event()
        self._open: asyncio.Future[_Bench] = asyncio.get_running_loop().create_future()
        self._turns = _Turns()
        self._results: dict[str, ClauseResult] = {}
        self._cut = False
        self._clock = steady_clock(asyncio.get_running_loop())
        self._stopped: str | None = None
        self.report: ContractReport | None = None

    async def target(self) -> ContractTarget:
        """Raises what opening and reaching the target raises."""
        return (await self._opened()).target

    async def result(self, clause: Clause) -> ClauseResult:
        """Ask it. Raises what reaching the target raises, and `ServiceUnavailable` once the target was lost."""
        held = await self._opened()
        async with self._turns.take(alone=clause.alone):
            if self._stopped is not None:
                raise ServiceUnavailable(f"the target was lost: {self._stopped}")
            try:
                found, gone = await ask_clause(clause, held.bench, held.connector)
            except asyncio.CancelledError:
                self._cut = True
                raise
            (result,) = with_exemptions(
                (found,), held.target.exemptions, target=held.target.title, today=self._now().date()
            )
            self._results[clause.id] = result
            if gone is not None:
                self._stopped = gone
            return result

    def finish(self) -> None:
        """Clean up, then end `serve`."""
        self._finished.set()

    async def serve(self) -> None:
        """Never raises for what the target does; whoever asked learns of it."""
        if not await self._is_wanted():
            return
        began, started = self._now(), asyncio.get_running_loop().time()
        try:
            async with open_target(self.named) as target, open_bench(target, self._ledger) as (bench, connector):
                held = _Bench(
                    target=target,
                    bench=bench,
                    connector=connector,
                    before=await list_names(connector, target.deadlines),
                )
                self._open.set_result(held)
                await self._finished.wait()
                unsettled = self._cut or any(each.state in OPEN_ENDED for each in self._results.values())
                shares = await clean_up(bench, connector, held.before, unsettled=unsettled)
        except Exception as error:
            if self._open.done():
                raise
            self._open.set_exception(error)
            self._open.exception()  # it is known, also where nobody asks any more
            return
        all_ran = len(self._results) == len(CLAUSES)
        self.report = ContractReport(
            target=target.title,
            dialect=target.dialect.name,
            capabilities=tuple(sorted(bench.claims)),
            seed=0,
            jobs=_JOBS,
            began=began.isoformat(timespec="seconds"),
            seconds=asyncio.get_running_loop().time() - started,
            product=product(),
            command="",
            results=tuple(self._results.get(clause.id) or not_run(clause, "not asked") for clause in CLAUSES),
            shares=shares,
            filters=() if all_ran else ("asked for one by one",),
            strict=self._strict,
            stopped=self._stopped,
            observations=dict(bench.observations),
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    async def _opened(self) -> _Bench:
        self._wanted.set()
        return await asyncio.shield(self._open)

    async def _is_wanted(self) -> bool:
        async with asyncio.TaskGroup() as group:
            waits = [group.create_task(event.wait()) for event in (self._wanted, self._finished)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
        return self._wanted.is_set()
