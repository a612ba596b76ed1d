"""What a scenario breaks on purpose stands in the journal as rows that a report can set against what struck."""

import pytest

from connector.values import replace
from harness.planned import planned_of
from harness.scenario.parse import find_scenario, parse_scenario, read_scenario
from harness.service.reference import with_design
from pipeline.settings import Design
from reports.history import History
from reports.journal import PhaseSpan, SpanKind
from reports.planned import planned_against_injected
from tests.reports.sample import journal

_EVERYTHING = """
title = "one of each"
[workload]
rate = 1
duration = "20s"
[clusters.north]
[[clusters.north.latency_phases]]
kind = "brownout"
between = ["2s", "3s"]
factor = 5
[[faults]]
kind = "slow_service"
label = "slow"
clusters = ["north"]
verbs = ["create"]
probability = 0.25
between = ["1s", "4s"]
add = "2500ms"
[[toxics]]
kind = "latency"
link = "processor-north"
latency = "15ms"
[[deliveries]]
kind = "lost_delivery"
nth = 3
[[store_faults]]
kind = "store_full"
between = ["6s", "7s"]
[[nemesis]]
kind = "kill"
target = "processor"
at = "5s"
duration = "500ms"
[expect]
slow = 2
kill = 1
"""


def test_each_kind_of_trouble_is_one_row() -> None:
    rows = {row.kind: row for row in planned_of(parse_scenario(_EVERYTHING, "x.toml"))}
    assert set(rows) == set(SpanKind) - {SpanKind.PHASE, SpanKind.OUTAGE}
    told = {
        kind: (row.name, row.what, row.where, row.how, row.begins, row.ends, row.expected) for kind, row in rows.items()
    }
    assert told[SpanKind.FAULT] == (
        "slow",
        "slow_service",
        "north",
        "on create, probability 25%, add 2.5 s",
        1.0,
        4.0,
        2,
    )
    assert told[SpanKind.TOXIC] == ("latency", "latency", "processor-north", "down, latency 0.015 s", 0.0, None, None)
    assert told[SpanKind.DELIVERY] == (
        "lost_delivery",
        "lost_delivery",
        "messages of the queue",
        "message 3",
        0.0,
        None,
        None,
    )
    assert told[SpanKind.STORE_FAULT] == ("store_full", "store_full", "the store", "", 6.0, 7.0, None)
    assert told[SpanKind.LATENCY_PHASE] == ("brownout of north", "brownout", "north", "", 2.0, 3.0, None)
    assert told[SpanKind.NEMESIS] == ("kill processor", "kill", "processor", "", 5.0, 5.5, 1)


def test_a_demand_on_a_kind_is_met_by_all_of_that_kind_together() -> None:
    plans = planned_of(read_scenario(find_scenario("processor_crash")))
    assert [(plan.expected, plan.shared) for plan in plans] == [(5, True)] * 5
    spans = [
        PhaseSpan(name="kill processor", begins=plan.begins, ends=plan.begins + 0.1, kind=SpanKind.NEMESIS)
        for plan in plans
    ]
    struck = planned_against_injected(replace(journal(), planned=plans, phases=tuple(spans), history=History()))
    assert [(row.count, row.enough) for row in struck] == [(1, True)] * 5
    missed = planned_against_injected(replace(journal(), planned=plans, phases=tuple(spans[:4]), history=History()))
    assert [(row.count, row.enough) for row in missed] == [(1, False)] * 4 + [(0, False)]


@pytest.mark.parametrize(("design", "target"), [(Design.SPOOL, "processor"), (Design.BLOCKING, "api")])
def test_what_is_meant_for_a_processor_is_planned_where_it_strikes(design: Design, target: str) -> None:
    scenario = with_design(read_scenario(find_scenario("three_designs")), design)
    (kill,) = (row for row in planned_of(scenario) if row.kind is SpanKind.NEMESIS)
    assert (kill.name, kill.where) == (f"kill {target}", target)
