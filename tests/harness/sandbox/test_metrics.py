"""The lines of the page: what was measured of the last seconds, drawn and in words."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from harness.sandbox.line_chart import line_chart
from harness.sandbox.metrics import KEPT, LiveMetrics, Series
from harness.sandbox.sandbox import Sandbox
from harness.scenario.parse import parse_scenario
from reports.history import Attempt, Op, OpResult
from tests.harness.sandbox.rows import change, command, op
from tests.harness.sandbox.standing import CLUSTERS, in_sandbox

_GATES = 'title = "T"\ngates = ["p95(create.accept) < 200ms", "ratio(errors) < 1%"]\n'
GATES = parse_scenario(f'{_GATES}[workload]\nrate = 1.0\nduration = "9s"\n{CLUSTERS}', "t.toml").gates


def _sampled(metrics: LiveMetrics, now: float, *, ops: Sequence[Op] = (), commands: Sequence[Attempt] = ()) -> None:
    metrics.sample(now, ops, commands, under_way=3, messages=2, queued=1)


def test_a_sample_tells_of_the_last_seconds_alone() -> None:
    metrics = LiveMetrics(GATES)
    metrics.moved(change(1, 60.0, None, "pending", share="s2"))
    metrics.moved(change(2, 80.0, "pending", "active", share="s2"))
    metrics.moved(change(3, 95.0, None, "pending", share="s1"))
    metrics.moved(change(4, 99.0, "pending", "active", share="s1"))
    asked = [
        op(1, 70.0, completed_at=71.0, result=OpResult.OK),
        op(2, 95.0, completed_at=95.1, result=OpResult.OK),
        op(3, 96.0, completed_at=96.3, result=OpResult.INFO),
        op(4, 99.5),
    ]
    _sampled(metrics, 100.0, ops=asked, commands=[command(1, 98.0, 99.0), command(2, 99.0, None)])
    assert [series.now for series in metrics.latencies] == pytest.approx([0.1, 0.3, 4.0, 4.0])
    assert [series.now for series in metrics.rates] == [2.0, 1.0, 1.0, 1.0]  # so far it was sampled for one second
    assert [series.now for series in metrics.backlog] == [3.0, 2.0, 1.0]
    latency, errors = metrics.gates
    assert (latency.passed, errors.passed) == (False, False)


def test_where_nothing_happened_there_is_nothing_to_measure_and_no_gate_holds() -> None:
    metrics = LiveMetrics(GATES)
    _sampled(metrics, 100.0)
    assert [series.now for series in metrics.latencies] == [None] * 4
    assert [gate.passed for gate in metrics.gates] == [None, None]


def test_samples_are_bounded() -> None:
    metrics = LiveMetrics(GATES)
    for second in range(KEPT + 50):
        _sampled(metrics, float(second))
    assert {len(series.values) for series in (*metrics.rates, *metrics.backlog, metrics.gates[0].series)} == {KEPT}


def test_a_chart_has_pieces_ticks_at_round_values_a_limit_and_words() -> None:
    series = Series(name="p95", unit="s")
    series.values.extend([0.1, 0.3, None, 0.2])
    chart = line_chart("Latency", [series], limit=0.2)
    assert [len(piece.split()) for piece in chart.lines[0].pieces] == [2, 2]
    assert [text for _, text in chart.ticks] == ["0 ms", "250 ms", "500 ms"]
    assert chart.limit == pytest.approx(chart.ticks[0][0] + 0.4 * (chart.ticks[2][0] - chart.ticks[0][0]))
    assert chart.words == "p95: 200 ms now, 300 ms at most; limit 200 ms"


def test_a_chart_without_values_says_so() -> None:
    chart = line_chart("Latency", [Series(name="p95", unit="s")])
    assert chart.lines[0].pieces == []
    assert chart.words == "p95: nothing to measure in the last two minutes"


def test_the_load_of_the_scenario_is_switched_on_and_off_and_shows_in_the_lines(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        assert "The scenario has none." in (await client.get("/")).text
        assert (await client.post("/load/on")).text == "the load is on"
        await asyncio.sleep(8)
        shown = (await client.get("/")).text
        assert "Stop the load" in shown
        assert 'aria-label="Rates. requests: ' in shown
        assert sandbox.metrics.rates[0].now is not None
        assert sandbox.metrics.rates[0].now > 0.5
        assert (await client.post("/load/off")).text == "the load is off"
        await asyncio.sleep(25)
        assert sandbox.metrics.rates[0].now == 0.0
        assert "Start the load" in (await client.get("/")).text

    in_sandbox(tmp_path, test)
