"""The model world: creates per CPU second against textbooks, a million creates, and cost against size.

`python -m tests.bench model_world`. Rivals take turns within one run, and the best turn of each counts, so that what
else the machine does bears on all alike. CPU time throughout. Growth is drawn too, in `build/model-growth.svg`.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import fmean

from connector.operations import Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from harness.model.fast.run import FastRun
from harness.model.pace import ModelPace
from harness.model.runner import ModelRunner
from harness.virtual.runner import VirtualRunner
from tests.bench.model.child import in_a_process
from tests.bench.model.loads import calm
from tests.bench.model.plot import draw
from tests.bench.model.queue import by_callbacks, by_ciw, by_the_book, has_ciw, prepared
from tests.bench.model.textbook import Textbook
from tests.bench.row import Row, at_least, at_most
from tests.bench.virtual_world import load

__all__ = ["rows"]

_PLOT = Path("build/model-growth.svg")
_TURNS = 3
_LOOK = 0.05
"""Seconds between two looks at the spool."""
_CUSTOMERS = 100_000
_STRUCK = 30_000


async def rows() -> list[Row]:
    """Ratios first, then size and growth."""
    return [
        *await asyncio.to_thread(_against_virtual),
        *_against_the_textbook(),
        *_struck(),
        *_queues(),
        *_million(),
        *_growth(),
    ]


def _against_virtual() -> list[Row]:
    """The general path beside the virtual world, in turns. In a thread, since a run wants a loop of its own."""
    scenario = load(rate=100.0, duration=10.0, clusters=10)
    runners = {"virtual": VirtualRunner(sampled=False), "model": ModelRunner(fast=False, sampled=False)}
    creates = scenario.workload.rate * scenario.workload.duration
    took = dict.fromkeys(runners, math.inf)
    for _ in range(_TURNS):
        for name, runner in runners.items():
            took[name] = min(took[name], _cpu(lambda runner=runner: runner.run_now(scenario, seed=1)))  # type: ignore[misc]  # bound at once
    return [
        Row(name="creates on the general path", figure=creates / took["model"], unit="/s CPU", goal="", met=True),
        at_least("general path against the virtual world", took["virtual"] / took["model"], "x", 2.5),
    ]


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _against_the_textbook() -> Iterator[Row]:
    quick_s: list[float] = []
    book_s: list[float] = []
    apart: list[float] = []
    for _ in range(_TURNS):
        quick = FastRun(calm(60_000, 100), seed=1, pace=ModelPace(), every=1000)
        quick_s.append(_cpu(quick.play) / 60_000)
        book = Textbook(calm(6_000, 100), seed=1)
        book_s.append(_cpu(book.run) / 6_000)
        same = FastRun(calm(6_000, 100), seed=1, pace=ModelPace(), every=1000)
        same.play()
        apart.append(abs(fmean(same.tally.after) - _LOOK / 2 - fmean(book.after)) / fmean(book.after) * 100)
    yield Row(name="creates, 100 clusters", figure=1 / min(quick_s), unit="/s CPU", goal="", met=True)
    yield Row(name="the same by the SimPy book", figure=1 / min(book_s), unit="/s CPU", goal="", met=True)
    yield at_most("  mean time to active, apart", max(apart), "%", 2.0)
    yield at_least("model against the SimPy book", min(book_s) / min(quick_s), "x", 20.0)


def _struck() -> Iterator[Row]:
    """A calm load beside the same one with a rule, in turns."""
    loads = {
        "a rule that never strikes": _hit("hang", 1e-9),
        "2 % slowed": _hit("slow_service", 0.02),
        "2 % without a reply": _hit("reply_lost", 0.02),
        "2 % hung": _hit("hang", 0.02),
    }
    took = dict.fromkeys(["calm", *loads], math.inf)
    scenario = calm(_STRUCK, 100)
    for _ in range(_TURNS):
        for name, faults in {"calm": (), **loads}.items():
            run = FastRun(replace(scenario, faults=faults), seed=1, pace=ModelPace(), every=1000)
            took[name] = min(took[name], _cpu(run.play))
    for name in loads:
        yield at_least(f"rate with {name}, of the calm rate", took["calm"] / took[name], "x", 0.25)


def _hit(kind: str, probability: float) -> tuple[FaultRule, ...]:
    """Creates alone."""
    found = FAULTS[kind]
    selector = CallSelector(verbs=(Verb.CREATE,), probability=probability)
    parameters = found.parameters(add=3.0) if kind == "slow_service" else found.parameters()
    return (FaultRule(label=kind, kind=found, parameters=parameters, selector=selector),)


def _queues() -> Iterator[Row]:
    draws = prepared(_CUSTOMERS)
    ours, book, ciw = [], [], []
    for _ in range(_TURNS):
        ours.append(_cpu(lambda: by_callbacks(draws)))
        book.append(_cpu(lambda: by_the_book(draws)))
        if has_ciw():
            ciw.append(_cpu(lambda: by_ciw(_CUSTOMERS)))
    yield Row(name="M/M/10 by callbacks", figure=_CUSTOMERS / min(ours), unit="/s CPU", goal="", met=True)
    yield Row(name="M/M/10 against the SimPy book", figure=min(book) / min(ours), unit="x", goal="", met=True)
    if ciw:
        yield at_least("M/M/10 against Ciw", min(ciw) / min(ours), "x", 15.0)
    else:
        name = "M/M/10 against Ciw: not measured, it is not installed; `make bench` installs it"
        yield Row(name=name, figure=0.0, unit="x", goal="at least 15 x", met=False)


def _million() -> Iterator[Row]:
    took = min((in_a_process(1_000_000, 1_000) for _ in range(_TURNS)), key=lambda turn: turn.cpu)
    yield at_most("a million creates over 1,000 clusters", took.cpu, "s CPU", 6.0)
    yield at_most("  memory", took.memory / 2**20, "MiB", 1024.0)
    yield at_least("  shares active", took.active / took.creates * 100, "%", 99.9)


def _growth() -> Iterator[Row]:
    by_creates = _costs({size: (size, 100) for size in (10_000, 100_000, 1_000_000)})
    by_clusters = _costs({size: (200_000, size) for size in (10, 100, 1_000)})
    draw(
        _PLOT,
        {
            "us of CPU per create, by creates (100 clusters)": list(by_creates.items()),
            "by clusters (200,000 creates)": list(by_clusters.items()),
        },
    )
    yield at_most("cost per create, 1e4 to 1e6 creates: spread", _spread(by_creates), "%", 20.0)
    yield at_most("cost per create, 10 to 1,000 clusters: spread", _spread(by_clusters), "%", 20.0)


def _costs(sizes: Mapping[int, tuple[int, int]]) -> dict[int, float]:
    """By size, microseconds of CPU per create of the best of some turns. sizes: creates and clusters of each.

    The sizes take turns, so that a slow while of the machine makes none of them look dearer than the others.
    """
    turns = [{size: in_a_process(*load) for size, load in sizes.items()} for _ in range(_TURNS)]
    return {size: min(turn[size].cpu / turn[size].creates for turn in turns) * 1e6 for size in sizes}


def _spread(costs: dict[int, float]) -> float:
    return (max(costs.values()) / min(costs.values()) - 1) * 100
