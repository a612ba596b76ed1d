"""The lines of the page: what was measured of the last seconds, drawn and in words."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from harness.sandbox.line_chart import line_chart
from harness.sandbox.metrics import KEPT, GateState, LiveMetrics, Series
from harness.sandbox.sandbox import Sandbox
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Gate
from reports.history import Attempt, Op, OpResult
from tests.harness.sandbox.rows import change, command, op
from tests.harness.sandbox.standing import CLUSTERS, in_sandbox


def _gates(*expressions: str) -> tuple[Gate, ...]:
    load = '[workload]\nrate = 1.0\nduration = "9s"\n'
    return parse_scenario(f'title = "T"\ngates = {list(expressions)}\n{load}{CLUSTERS}', "t.toml").gates


GATES = _gates("p95(create.accept) < 200ms", "ratio(errors) < 1%")
_SLOW = _gates("p95(create.accept) > 200ms")


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
    assert (latency.state, errors.state) == (GateState.BROKEN, GateState.BROKEN)


@pytest.mark.parametrize(
    ("invoked", "gates", "shown", "states"),
    [
        (99.9, GATES, [0.1, 0.0], [GateState.HOLDS_SO_FAR, GateState.HOLDS_SO_FAR]),
        (99.5, GATES, [0.5, 0.0], [GateState.BROKEN, GateState.HOLDS_SO_FAR]),
        (99.9, _SLOW, [0.1], [GateState.NOT_YET]),
        (99.5, _SLOW, [0.5], [GateState.HOLDS]),
    ],
    ids=["it may end in time", "it lasts too long already", "it may last long enough", "it lasts long enough"],
)
def test_a_gate_says_no_more_than_is_known_while_an_op_is_under_way(
    invoked: float, gates: Sequence[Gate], shown: list[float], states: list[GateState]
) -> None:
    metrics = LiveMetrics(gates)
    _sampled(metrics, 100.0, ops=[op(1, 70.0, completed_at=70.1, result=OpResult.OK), op(2, invoked)])
    assert [gate.series.now for gate in metrics.gates] == pytest.approx(shown)
    assert [gate.state for gate in metrics.gates] == states
    assert all(gate.unfinished for gate in metrics.gates)


def test_a_percentile_is_at_least_what_has_ended_already() -> None:
    metrics = LiveMetrics(GATES)
    _sampled(metrics, 100.0, ops=[op(1, 70.0, completed_at=71.0, result=OpResult.OK), op(2, 99.9)])
    assert metrics.gates[0].series.now == 1.0
    assert metrics.gates[0].state is GateState.BROKEN


def test_where_nothing_happened_there_is_nothing_to_measure_and_no_gate_holds() -> None:
    metrics = LiveMetrics(GATES)
    _sampled(metrics, 100.0)
    assert [series.now for series in metrics.latencies] == [None] * 4
    assert {gate.state for gate in metrics.gates} == {GateState.UNMEASURED}


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


def test_ticks_of_minutes_fit_beside_the_chart() -> None:
    series = Series(name="p95", unit="s")
    series.values.append(60.0)
    assert [text for _, text in line_chart("Latency", [series]).ticks] == ["0 ms", "50 s", "100 s"]


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
