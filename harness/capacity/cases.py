"""The capacity of several designs and gateways of one scenario, one after another, within one budget of time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from connector.values import replace
from harness.capacity.find import CapacitySearch, expect_capacity
from harness.capacity.listener import TrialListener
from harness.capacity.search_options import CaseOptions, OverloadOptions, SearchOptions
from reports.capacity import ALL, CapacityCase

__all__ = ["find_cases"]


async def find_cases(
    cases: Sequence[CaseOptions],
    options: SearchOptions,
    *,
    overload: OverloadOptions | None,
    budget: float | None,
    listener: TrialListener,
    stop: asyncio.Event,
    logs: Path | None = None,
) -> AsyncIterator[CapacityCase]:
    """Each case as soon as it is there; what is left of `budget` (seconds, None: any) is shared by those to come.

    Raises `WorldError` where a world does not come up; the case up to there has been yielded, if it had trials.
    """
    now = asyncio.get_running_loop().time
    ends = None if budget is None else now() + budget
    for number, case in enumerate(cases):
        if stop.is_set():
            return
        began = now()
        share = None if ends is None else began + max(0.0, ends - began) / (len(cases) - number)
        search = CapacitySearch(
            case.scenario, replace(options, deadline=share), listener=listener, stop=stop, logs=logs
        )
        yield replace(await _find(case, search, overload), spent=now() - began)
        if search.broken is not None:
            raise search.broken


async def _find(case: CaseOptions, search: CapacitySearch, overload: OverloadOptions | None) -> CapacityCase:
    expected = await expect_capacity(search)
    intervals = await search.find(expected)
    up = intervals[0]
    again = None
    if overload is not None and up.lower is not None:
        again = await search.find_again(up, overload.after(up))
    return CapacityCase(
        label=case.label,
        design=case.scenario.design,
        gateway=case.gateway,
        intervals=intervals,
        trials=tuple(search.trials),
        again=again,
        predicted=expected if expected.goal == ALL else None,
    )
