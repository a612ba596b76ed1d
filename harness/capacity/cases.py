"""The capacity of several designs and gateways of one scenario, one after another, within one budget of time.

A search begins where the model expects the capacity, and behind the second and third gateway of a design where it was
found behind the one before: what the gateways have in common is found once.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from connector.values import replace
from harness.capacity.expectation import modelled
from harness.capacity.find import CapacitySearch, expect_capacity
from harness.capacity.listener import TrialListener
from harness.capacity.search_options import CaseOptions, OverloadOptions, SearchOptions
from harness.scenario.scenario import Scenario
from reports.capacity import ALL, CapacityCase, RateInterval

__all__ = ["find_cases"]

_Known = list[tuple[Scenario, RateInterval]]
"""Intervals by what the model would play."""


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
    predicted: _Known = []
    measured: _Known = []
    ends = None if budget is None else now() + budget
    for number, case in enumerate(cases):
        if stop.is_set():
            return
        began = now()
        share = None if ends is None else began + max(0.0, ends - began) / (len(cases) - number)
        search = CapacitySearch(
            case.scenario, replace(options, deadline=share), listener=listener, stop=stop, logs=logs
        )
        expected = await _expected(search, predicted)
        start = _among(measured, modelled(case.scenario))
        found = replace(await _find(case, search, expected, start, overload), spent=now() - began)
        if _is_settled(found.whole):
            measured.insert(0, (modelled(case.scenario), found.whole))
        yield found
        if search.broken is not None:
            raise search.broken


async def _expected(search: CapacitySearch, predicted: _Known) -> RateInterval:
    """What the model expects, once for all cases that are the same to it: those of one design behind any gateway."""
    scenario = modelled(search.scenario)
    known = _among(predicted, scenario)
    if known is None:
        known = await expect_capacity(search)
        predicted.append((scenario, known))
    return known


def _among(known: _Known, scenario: Scenario) -> RateInterval | None:
    return next((interval for asked, interval in known if asked == scenario), None)


def _is_settled(found: RateInterval) -> bool:
    return found.complete and not found.doubtful and found.width is not None


async def _find(
    case: CaseOptions,
    search: CapacitySearch,
    expected: RateInterval,
    start: RateInterval | None,
    overload: OverloadOptions | None,
) -> CapacityCase:
    intervals = await search.find(expected, start)
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
