"""A run of the suite: clauses in an order of the seed, several at once, everything removed at the end."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connector.chance import Chance, word_index
from connector.clock import steady_clock
from connector.operations import Ping
from connector.protocol import Connector
from connector.ssh import SshConnector
from connector.values import replace
from harness.contract.clause import Clause
from harness.contract.cleanup import Remover, list_names
from harness.contract.exemptions import with_exemptions
from harness.contract.ledger import NameLedger
from harness.contract.preflight import check_target, is_reached, why_gone
from harness.contract.probe import POOL, SuiteBench
from harness.contract.run_clause import not_run, run_clause
from harness.contract.target import ContractTarget
from harness.versions import product
from reports.contract.results import ClauseResult, ClauseState, ContractReport, ShareCensus

__all__ = ["OPEN_ENDED", "SuiteOptions", "ask_clause", "clean_up", "open_bench", "run_suite"]

_SESSIONS = 8
OPEN_ENDED = frozenset({ClauseState.UNKNOWN, ClauseState.ERROR})
"""After one of these, something may still be under way."""
_DOUBTFUL = OPEN_ENDED | {ClauseState.FAILED}
"""After one of these, the target may be gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOptions:
    """clauses: those to run; all: those to report, in order. ledger: the folder of ledgers. command: that plays it."""

    clauses: Sequence[Clause]
    all: Sequence[Clause]
    filters: tuple[str, ...] = ()
    seed: int = 0
    jobs: int = 4
    strict: bool = False
    ledger: Path
    command: str = ""


async def run_suite(
    target: ContractTarget, options: SuiteOptions, *, on_result: Callable[[ClauseResult], None], stop: asyncio.Event
) -> ContractReport:
    """on_result: called after each clause. stop: begin no clause any more, and cut those that run.

    Raises `ServiceUnavailable` where the target cannot be tested at all, and `OutputError` for the ledger.
    """
    loop = asyncio.get_running_loop()
    began, started = datetime.fromtimestamp(steady_clock(loop)(), UTC), loop.time()
    async with open_bench(target, options.ledger) as (bench, connector):
        before = await list_names(connector, target.deadlines)
        run = _Run(bench, connector, options, on_result, stop)
        await run.play()
        shares = await clean_up(bench, connector, before, unsettled=run.unsettled)
    results = tuple(run.results.get(clause.id) or run.reason(clause) for clause in options.all)
    return ContractReport(
        target=target.title,
        dialect=target.dialect.name,
        capabilities=tuple(sorted(bench.claims)),
        seed=options.seed,
        jobs=options.jobs,
        began=began.isoformat(timespec="seconds"),
        seconds=loop.time() - started,
        product=product(),
        command=options.command,
        results=with_exemptions(results, target.exemptions, target=target.title, today=began.date()),
        shares=shares,
        filters=options.filters,
        strict=options.strict,
        interrupted=stop.is_set(),
        stopped=run.stopped,
        observations=dict(bench.observations),
    )


async def ask_clause(clause: Clause, bench: SuiteBench, connector: Connector) -> tuple[ClauseResult, str | None]:
    """A clause's result, and why the target is gone, if it is: then a clause that did not hold is not decided, since
    nobody knows whether that, or the end of the target, was what it met. Raises as `run_clause`."""
    result = await run_clause(clause, bench)
    if result.state not in _DOUBTFUL:
        return result, None
    gone = await why_gone(bench.target, connector)
    if gone is not None and result.state is ClauseState.FAILED:
        result = replace(
            result, state=ClauseState.UNKNOWN, message=f"the target is gone; before that: {result.message}"
        )
    return result, gone


@asynccontextmanager
async def open_bench(target: ContractTarget, folder: Path) -> AsyncIterator[tuple[SuiteBench, SshConnector]]:
    """What clauses run on: a connector that answers, and a ledger. Raises `ServiceUnavailable` and `OutputError`."""
    sessions = max(1, min(_SESSIONS, (target.limits.sessions or _SESSIONS) - 2))
    async with SshConnector(target.target, target.dialect, connections=POOL, sessions=sessions) as connector:
        claims = await check_target(target, connector)
        with ExitStack() as stack:
            ledger = stack.enter_context(NameLedger.open(folder, target.target, f"spct{secrets.token_hex(5)}"))
            yield SuiteBench(target, connector, ledger, claims), connector


@dataclass
class _Run:
    """results: by id. stopped: why the run ended early."""

    bench: SuiteBench
    connector: SshConnector
    options: SuiteOptions
    on_result: Callable[[ClauseResult], None]
    stop: asyncio.Event
    results: dict[str, ClauseResult] = field(default_factory=dict)
    stopped: str | None = None

    async def play(self) -> None:
        chance = Chance(self.options.seed, "contract", "order")
        order = sorted(self.options.clauses, key=lambda clause: chance.u01(word_index(clause.id)))
        together = [clause for clause in order if not clause.alone]
        apart = [clause for clause in order if clause.alone]
        await self._play(together, self.options.jobs)
        await self._play(apart, 1)

    @property
    def unsettled(self) -> bool:
        cut = self.stop.is_set() or self.stopped is not None
        return cut or any(each.state in OPEN_ENDED for each in self.results.values())

    def reason(self, clause: Clause) -> ClauseResult:
        """Of a clause that has no result."""
        if clause not in self.options.clauses:
            return not_run(clause, "filtered out")
        return not_run(clause, "interrupted" if self.stop.is_set() else f"the target was gone: {self.stopped}")

    async def _play(self, clauses: Sequence[Clause], jobs: int) -> None:
        waiting = iter(clauses)

        async def work() -> None:
            for clause in waiting:
                if self.stop.is_set() or self.stopped is not None:
                    return
                await self._one(clause)

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(work()) for _ in range(min(jobs, len(clauses)))]
            stopping = group.create_task(self._cut(workers))
            if workers:
                await asyncio.wait(workers)
            stopping.cancel()

    async def _cut(self, workers: "Sequence[asyncio.Task[None]]") -> None:
        await self.stop.wait()
        for worker in workers:
            worker.cancel()

    async def _one(self, clause: Clause) -> None:
        result, gone = await ask_clause(clause, self.bench, self.connector)
        self.stopped = self.stopped or gone
        self.results[clause.id] = result
        self.on_result(result)


async def clean_up(
    bench: SuiteBench, connector: SshConnector, before: tuple[str, ...] | None, *, unsettled: bool
) -> ShareCensus:
    """Remove all that was made. Where the target is gone, all that may be there is listed.

    unsettled: something was given up, and may still have its effect until the fence.
    """
    ledger, deadlines = bench.ledger, bench.target.deadlines
    made = len(ledger.names)
    if unsettled:
        await asyncio.sleep(bench.target.parameters.settle)
    if not is_reached(await connector.perform(Ping(), deadlines)):
        return ShareCensus(before=before, made=made, left=tuple(bench.may_exist))
    remover = Remover(connector, deadlines, ledger.token, lambda name: name in ledger.names or ledger.token in name)
    left = await remover.remove(tuple(bench.may_exist))
    after = await list_names(connector, deadlines)
    if not left:
        ledger.forget()
    return ShareCensus(before=before, after=after, made=made, left=left)
