"""One clause, from its check to its result."""

import asyncio

from harness.contract.clause import Clause
from harness.contract.findings import ClauseEnd, NotClaimed, TargetGone, Undecided, Violation
from harness.contract.probe import ClauseProbe, SuiteBench
from harness.errors import OutputError
from reports.contract.results import ClauseResult, ClauseState

__all__ = ["not_run", "run_clause"]


async def run_clause(clause: Clause, bench: SuiteBench) -> ClauseResult:
    """Never raises for what a connector can do. Raises `OutputError` where names cannot be written down."""
    if (reason := _not_claimed(clause, bench)) is not None:
        return _result(clause, ClauseState.NOT_CLAIMED, reason)
    probe, loop = ClauseProbe(bench), asyncio.get_running_loop()
    began = loop.time()
    try:
        state, message = await _checked(clause, probe, bench.target.parameters.clause)
    except OutputError:
        raise
    except Exception as error:  # noqa: BLE001 - a crash of ours is an error, and never a verdict on the connector
        state, message = ClauseState.ERROR, f"{type(error).__name__}: {error}"
    seconds = loop.time() - began
    await probe.tidy()
    return _result(clause, state, message, seconds=seconds, steps=tuple(probe.steps))


def not_run(clause: Clause, reason: str) -> ClauseResult:
    return _result(clause, ClauseState.NOT_RUN, reason)


async def _checked(clause: Clause, probe: ClauseProbe, seconds: float) -> tuple[ClauseState, str]:
    try:
        async with asyncio.timeout(seconds):
            await clause.check(probe)
    except BaseExceptionGroup as group:
        if (ends := group.split(ClauseEnd))[1] is not None:
            raise
        assert ends[0] is not None
        return _state(ends[0].exceptions[0])
    except ClauseEnd as end:
        return _state(end)
    except TimeoutError:
        return ClauseState.UNKNOWN, f"it was not over within {seconds:g} s"
    return ClauseState.PASSED, ""


def _state(end: BaseException) -> tuple[ClauseState, str]:
    match end:
        case Violation():
            return ClauseState.FAILED, str(end)
        case NotClaimed():
            return ClauseState.NOT_CLAIMED, str(end)
        case Undecided():
            return ClauseState.UNKNOWN, str(end)
        case TargetGone():
            return ClauseState.UNKNOWN, f"the target is gone: {end}"
        case BaseExceptionGroup():
            return _state(end.exceptions[0])
        case _:
            raise AssertionError(end)


def _not_claimed(clause: Clause, bench: SuiteBench) -> str | None:
    if clause.claims is not None and clause.claims not in bench.claims:
        return f"the connector does not claim {clause.claims}"
    if clause.unclaimed is not None and clause.unclaimed in bench.claims:
        return f"the connector claims {clause.unclaimed}"
    if clause.unclaimed is not None and clause.unclaimed not in bench.target.dialect.capabilities:
        return f"the dialect cannot say {clause.unclaimed}"
    return None


def _result(
    clause: Clause, state: ClauseState, message: str, *, seconds: float = 0.0, steps: tuple[str, ...] = ()
) -> ClauseResult:
    return ClauseResult(
        id=clause.id,
        sentence=clause.sentence,
        level=clause.level,
        theme=clause.theme,
        ambiguous=clause.ambiguous,
        state=state,
        message=message,
        seconds=seconds,
        steps=steps,
    )
