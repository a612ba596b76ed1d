"""The retry storm of HotOS 2021 as shipped scenarios, through the whole blocking design: what L4 says, and cures."""

import math
from collections import Counter
from functools import cache

import pytest

from connector.values import replace
from fake_clusters.profile import Constant
from harness.journal import journal_of
from harness.run.result import RunResult
from harness.scenario.parse import find_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from reports.history import History, OpKind, OpResult
from reports.journal import Journal
from reports.verdicts import Finding, Verdict
from tests.harness.model.scenes import in_model
from tests.harness.model.storm import StormLoad

_STOOD_STILL = (3.0, 13.0)


def _shipped(name: str) -> Scenario:
    return read_scenario(find_scenario(name))


def _sized(name: str, size: float) -> Scenario:
    """The shipped scenario, or its load, evenly spaced, on as many of its places."""
    shipped = _shipped(name)
    if size == 1.0:
        return shipped
    (north,), (standstill,) = shipped.clusters, shipped.faults
    places = round(size * 30)
    assert (north.limits.commands, standstill.selector.first, shipped.expect) == (30, 30, {"standstill": 30})
    settings = settings_of(shipped)
    sessions = places if settings.command.sessions == 30 else settings.command.sessions
    return replace(
        shipped,
        workload=replace(shipped.workload, rate=size * shipped.workload.rate, spacing=Constant(1.0)),
        clusters=(replace(north, limits=replace(north.limits, commands=places)),),
        faults=(replace(standstill, selector=replace(standstill.selector, first=places)),),
        pipeline=settings.model_copy(update={"command": settings.command.model_copy(update={"sessions": sessions})}),
        expect={"standstill": places},
    )


@cache
def _played(name: str, size: float = 1.0) -> RunResult:
    shipped = _sized(name, size)
    return in_model(shipped, seed=shipped.seed)


def _journal(name: str, size: float = 1.0) -> Journal:
    shipped = _sized(name, size)
    return journal_of(shipped, _played(name, size), seed=shipped.seed, world="model", command="")


def _recovery(journal: Journal) -> Finding:
    (found,) = (row for row in journal.findings if row.invariant == "L4")
    return found


each_size = pytest.mark.parametrize("size", [0.1, pytest.param(1.0, marks=pytest.mark.soak)])


@each_size
def test_at_more_than_half_the_capacity_it_stays_down_and_l4_names_the_loop(size: float) -> None:
    journal = _journal("retry_storm", size)
    assert journal.verdict is Verdict.INVALID
    (anomaly,) = _recovery(journal).anomalies
    assert "goodput 100% before, 0% during, 0% after" in anomaly.message
    assert "client retrying create, 2.0 times as often as before" in anomaly.message


@each_size
@pytest.mark.parametrize("name", ["retry_storm_budget", "retry_storm_drop"])
def test_a_budget_and_dropping_what_comes_too_late_both_bring_the_goodput_back(name: str, size: float) -> None:
    found = _recovery(_journal(name, size))
    assert found.verdict is Verdict.VALID
    assert found.judged
    assert "100% before" in found.summary
    assert "100% after" in found.summary


def test_the_three_differ_in_nothing_but_the_cure() -> None:
    storm, budget, drop = (_shipped(f"retry_storm{cure}") for cure in ("", "_budget", "_drop"))
    assert (storm.workload, storm.clusters, storm.faults) == (budget.workload, budget.clusters, budget.faults)
    assert replace(budget.client, retry_budget=None) == storm.client
    assert budget.pipeline == storm.pipeline
    assert (storm.workload, storm.clusters, storm.faults) == (drop.workload, drop.clusters, drop.faults)
    assert drop.client == storm.client
    changed = {"blocking", "command"}
    assert settings_of(drop).model_dump(exclude=changed) == settings_of(storm).model_dump(exclude=changed)


def _recovered_after(history: History, load_ends: float) -> float:
    """Seconds from the standstill's end to the first from which on nine of ten creates are answered in time."""
    asked: Counter[int] = Counter()
    good: Counter[int] = Counter()
    for op in history.ops:
        if op.kind is OpKind.CREATE:
            asked[int(op.intended_at)] += 1
            good[int(op.intended_at)] += op.result is OpResult.OK
    begins = int(_STOOD_STILL[1])
    bad = [second for second in range(begins, int(load_ends)) if good[second] < 0.9 * asked[second]]
    return max(bad, default=begins - 1) + 1 - begins


@pytest.mark.soak
@pytest.mark.parametrize("rate", [100.0, 115.0])
def test_at_the_published_size_it_recovers_in_the_time_of_the_fluid_model_too(rate: float) -> None:
    """(B - mu T) / (mu - (1 + R) lambda), B = (1 + R) lambda D: see docs/explanation/metastability.md."""
    expected = StormLoad(rate=rate, stands_still=_STOOD_STILL[1] - _STOOD_STILL[0]).fluid_recovery
    shipped = _shipped("retry_storm")
    duration = math.ceil(_STOOD_STILL[1] + expected) + 4.0
    load = replace(shipped.workload, rate=rate, duration=duration, spacing=Constant(1.0))
    played = in_model(replace(shipped, workload=load), seed=1)
    assert _recovered_after(played.history, duration) == pytest.approx(expected, rel=0.1)


def test_at_half_the_capacity_it_stays_down() -> None:
    found = _recovery(_journal("retry_storm_150_of_300"))
    assert found.judged
    assert found.verdict is Verdict.INVALID
    assert "0% after" in " ".join([found.summary, *(row.message for row in found.anomalies)])


def test_below_half_the_capacity_it_recovers_in_the_time_of_the_fluid_model() -> None:
    found, played = _recovery(_journal("retry_storm_140_of_300")), _played("retry_storm_140_of_300")
    assert found.judged
    assert found.verdict is Verdict.VALID
    assert "100% after" in found.summary
    expected = StormLoad(rate=14.0, places=3, stands_still=10.0).fluid_recovery
    assert expected == pytest.approx(125.0)
    assert _recovered_after(played.history, played.load_ends) == pytest.approx(expected, rel=0.1)


def test_the_two_differ_in_one_create_a_second_at_a_tenth_of_the_published_size() -> None:
    below, at = (_shipped(f"retry_storm_{rate}_of_300") for rate in (140, 150))
    assert replace(below.workload, rate=15.0) == at.workload
    alike = replace(
        at,
        name=below.name,
        title=below.title,
        shows=below.shows,
        text=below.text,
        path=below.path,
        workload=below.workload,
    )
    assert alike == below
    storm = _shipped("retry_storm")
    assert (below.client, below.pipeline, below.faults[0].parameters) == (
        storm.client,
        storm.pipeline,
        storm.faults[0].parameters,
    )
    (small,), (large,) = below.clusters, storm.clusters
    assert small.profile == large.profile
    assert small.limits == replace(large.limits, commands=3)
