"""A schedule over a base scenario, as a scenario file of its own."""

import tomllib
from collections.abc import Sequence
from typing import Any

import tomli_w

from connector.values import replace
from harness.explore.schedule import Event, Schedule, laid
from harness.explore.tables import section_of, table_of
from harness.scenario.scenario import Scenario
from pipeline.settings import Design

__all__ = ["regression_text"]

_REPLACED = ("faults", "nemesis", "deliveries", "toxics", "expect", "gates", "seed")
"""Sections that the schedule brings, and what is said about them."""


def regression_text(base: Scenario, schedule: Schedule, story: Sequence[str]) -> str:
    """The file, the story as its opening comment. The base has a text, and nothing in it breaks but what is in the
    schedule (see `lifted`)."""
    document: dict[str, Any] = tomllib.loads(base.text)
    document = {key: value for key, value in document.items() if key not in _REPLACED}
    head = {"title": f"Found by exploring: {base.title}", "seed": schedule.seed}
    tables = {key: value for key, value in document.items() if key != "title"}
    if schedule.only is not None:
        tables["workload"] = {**tables["workload"], "only": list(schedule.only)}
    if base.pipeline.design is not Design.SPOOL:
        tables["pipeline"] = {**tables.get("pipeline", {}), "design": base.pipeline.design.value}
    scenario = laid(base, replace(schedule, only=None))
    events: tuple[Event, ...] = (*scenario.nemesis, *scenario.faults, *scenario.deliveries, *scenario.toxics)
    for event in events:
        tables.setdefault(section_of(event), []).append(table_of(event, load_ends=base.workload.duration))
    comment = "".join(f"# {line}".rstrip() + "\n" for line in story)
    return comment + tomli_w.dumps({**head, **tables}, multiline_strings=False)
