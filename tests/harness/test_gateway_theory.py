"""Behind a gateway the blocking design shows its clients the tail of its queue: P[W + S > min(Tg, Ta)] of an M/M/c."""

from math import exp, factorial, inf, sqrt
from pathlib import Path
from statistics import mean, stdev

import pytest

from harness.live.runner import LiveRunner
from harness.load.play import LoadOptions, play_load
from harness.run.result import RunResult
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import OpKind
from reports.measures import quantile
from tests.real_parts import need

_PLACES, _RATE, _MEAN = 8, 8.0, 0.8
_WARM_UP = 20.0
_BATCHES = 10
"""Each four times the relaxation time of the queue, 9 s: of shorter ones the interval is too narrow."""
_STUDENT = 2.26
"""Of 95 % with 9 degrees of freedom."""
_IDLE, _ANSWERS, _TURNS = 2.0, 800, 2
"""The rate of a pipeline that has next to nothing to do, how many answers are compared, and in how many turns."""

_TEXT = """\
# An M/M/c cluster, and a gateway in front of the pipeline.
title = "The tail of a queue through a gateway"
settle = "30s"
[workload]
rate = {rate}
duration = "{duration}s"
[client]
total = "60s"
retries = 0
poll_every = "5s"
[gateway]
kind = "nginx"
[pipeline]
design = "{design}"
[pipeline.blocking]
bound = "{bound}s"
[pipeline.gateway]
connect = "2s"
read = "2500ms"
[pipeline.processor]
lease = "60s"
workers = 64
[pipeline.command]
command = "30s"
login = "20s"
sessions = 8
connections = 10
[clusters.north]
limits = {{ commands = 8, sessions = 100, connections = 100 }}
[clusters.north.latency]
service = {{ create = {{ kind = "exponential", mean = "800ms" }} }}
"""


def _scenario(
    *, design: str = "blocking", bound: float = 25.0, duration: float = 400.0, rate: float = _RATE
) -> Scenario:
    return parse_scenario(_TEXT.format(design=design, bound=bound, duration=duration, rate=rate), "queue.toml")


def _tail(seconds: float) -> float:
    """P[W + S > t] of an M/M/c served as they come: W is 0, or exponential with c mu - lambda (Erlang C)."""
    mu, load = 1 / _MEAN, _RATE * _MEAN
    full = load**_PLACES / factorial(_PLACES) * _PLACES / (_PLACES - load)
    waits = full / (sum(load**k / factorial(k) for k in range(_PLACES)) + full)
    theta = _PLACES * mu - _RATE
    both = (theta * exp(-mu * seconds) - mu * exp(-theta * seconds)) / (theta - mu)
    return (1 - waits) * exp(-mu * seconds) + waits * both


def _timed_out(played: RunResult) -> tuple[float, float]:
    """The share of creates that were answered 504, and the half width of its 95 % interval over batches."""
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE and op.intended_at >= _WARM_UP]
    width = (played.load_ends - _WARM_UP) / _BATCHES
    batches: list[list[bool]] = [[] for _ in range(_BATCHES)]
    for op in creates:
        batches[min(int((op.intended_at - _WARM_UP) / width), _BATCHES - 1)].append(op.status == 504)
    shares = [mean(batch) for batch in batches]
    return mean(shares), _STUDENT * stdev(shares) / sqrt(_BATCHES)


def _accept_p99(played: RunResult) -> float:
    creates = [op for op in played.history.ops if op.kind is OpKind.CREATE]
    found = quantile([(op.completed_at or 1e9) - op.intended_at for op in creates], 0.99)
    assert found is not None
    return found


@pytest.mark.parametrize(("bound", "seconds"), [(25.0, 2.5), (2.0, 2.0)], ids=["gateway first", "api first"])
def test_the_blocking_designs_timeouts_are_the_tail_of_the_queue(bound: float, seconds: float) -> None:
    played = VirtualRunner(model=True, sampled=False).run_now(_scenario(bound=bound), seed=11)
    share, width = _timed_out(played)
    assert abs(share - _tail(seconds)) <= width
    assert width < 0.08
    assert abs(share - _tail(seconds * 0.5)) > width, "another limit is told apart"


def test_the_pending_designs_answers_take_as_long_as_when_idle() -> None:
    busy = VirtualRunner(model=True, sampled=False).run_now(_scenario(design="spool", duration=100.0), seed=11)
    idle = VirtualRunner(model=True, sampled=False).run_now(
        _scenario(design="spool", duration=100.0, rate=0.5), seed=11
    )
    assert _timed_out(busy)[0] == 0.0
    assert _accept_p99(busy) <= 1.2 * _accept_p99(idle)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_through_nginx_the_blocking_designs_timeouts_are_the_tail_of_the_queue() -> None:
    need("nginx")
    played = await LiveRunner().run(_scenario(), seed=11)
    share, width = _timed_out(played)
    assert abs(share - _tail(2.5)) <= width


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_through_nginx_the_pending_designs_answers_take_as_long_as_when_idle(tmp_path: Path) -> None:
    """Its clients have a process of their own: in that of the clusters they would wait for those."""
    need("nginx")
    idle: list[float | None] = []
    busy: list[float | None] = []
    for turn in range(_TURNS):  # in turns, so that what else the machine does is in both
        for rate, found in ((_IDLE, idle), (_RATE, busy)):
            played = await play_load(
                _scenario(design="spool", duration=_ANSWERS / _TURNS / rate, rate=rate),
                seed=11 + turn,
                folder=tmp_path / f"{turn}-{rate:g}",
                options=LoadOptions(latest=1.0),
            )
            assert _timed_out(played.run)[0] == 0.0
            found += [sample.response for sample in played.samples if sample.op == "create"]
    p99 = [quantile([inf if took is None else took for took in found], 0.99) for found in (idle, busy)]
    print(f"accept p99 idle, busy: {p99}, of {len(idle)} and {len(busy)}")
    assert None not in p99
    assert (p99[1] or inf) <= 1.2 * (p99[0] or 0.0)
