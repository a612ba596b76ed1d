"""A schedule over a base scenario, as a scenario file of its own."""

import tomllib
from collections.abc import Sequence
from typing import Any

import tomli_w

from connector.values import replace
from fake_clusters.rules.spelling import as_table
from harness.explore.schedule import SECTIONS, Schedule, laid
from harness.scenario.scenario import Scenario
from harness.scenario.service import Design
from harness.scenario.service_spelling import service_table

__all__ = ["regression_text"]

_REPLACED = (*SECTIONS, "expect", "gates", "seed")
"""Sections that the schedule brings, and what is said about them."""


def regression_text(base: Scenario, schedule: Schedule, summary: Sequence[str]) -> str:
    """The file, the summary as its opening comment. The base has a text, and nothing in it breaks but what is in the
    schedule (see `lifted`)."""
    document: dict[str, Any] = tomllib.loads(base.text)
    document = {key: value for key, value in document.items() if key not in _REPLACED}
    head = {"title": f"Found by exploring: {base.title}", "seed": schedule.seed}
    tables = {key: value for key, value in document.items() if key != "title"}
    if schedule.only is not None:
        tables["workload"] = {**tables["workload"], "only": list(schedule.only)}
    if base.service is not None:
        tables["service"] = service_table(base.service)
    elif base.design != Design.SPOOL:
        tables["pipeline"] = {**tables.get("pipeline", {}), "design": str(base.design)}
    scenario = laid(base, replace(schedule, only=None))
    for each in schedule.settings:
        if each.is_of_workload:
            tables["workload"] = {**tables["workload"], each.key: dict(scenario.workload.tenants)}
            continue
        pipeline = tables.setdefault("pipeline", {})
        pipeline[each.table] = {**pipeline.get(each.table, {}), each.key: each.value}
        tables["settle"] = f"{scenario.settle:g}s"
    for section in SECTIONS:
        for event in getattr(scenario, section):
            tables.setdefault(section, []).append(as_table(event, load_ends=base.workload.duration))
    comment = "".join(f"# {line}".rstrip() + "\n" for line in summary)
    return comment + tomli_w.dumps({**head, **tables}, multiline_strings=False)
