"""Settings of the reference pipeline that a schedule changes: how much it does at once, and how often it tries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.values import replace
from harness.explore.draw import Draw
from harness.scenario.scenario import Scenario
from harness.scenario.settling import call_seconds

__all__ = ["Setting", "draw_settings", "nearer", "with_settings"]

_VALUES: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("processor", "workers"): (1, 2, 4),
    ("command", "connections"): (1, 2),
    ("retry", "attempts"): (1, 2, 3, 5),
}
"""By table and key below `pipeline`: few values, each of which makes other things happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value in place of the base's own."""

    table: str
    key: str
    value: int

    def __str__(self) -> str:
        return f"{self.table}.{self.key} = {self.value}"


def draw_settings(draw: Draw) -> tuple[Setting, ...]:
    """One setting, or none where its value is the base's own, or the base has another service."""
    if draw.base.pipeline is None:
        return ()
    table, key = draw.one_of(tuple(_VALUES))
    value = draw.one_of(_VALUES[table, key])
    own = _own(draw.base, table, key)
    return () if value == own else (Setting(table=table, key=key, value=value),)


def nearer(setting: Setting, base: Scenario) -> Iterator[Setting]:
    """Values between the base's own and this one, the nearest to the base's first."""
    own = _own(base, setting.table, setting.key)
    between = [
        value for value in _VALUES[setting.table, setting.key] if 0 < abs(value - own) < abs(setting.value - own)
    ]
    for value in sorted(between, key=lambda value: abs(value - own)):
        yield replace(setting, value=value)


def with_settings(base: Scenario, settings: Sequence[Setting]) -> Scenario:
    """The base with these settings, and with time to settle for all its arrivals, however few are worked on at once."""
    if not settings:
        return base
    pipeline: Any = base.pipeline
    for each in settings:
        table = getattr(pipeline, each.table).model_copy(update={each.key: each.value})
        pipeline = pipeline.model_copy(update={each.table: table})
    width = min(pipeline.processor.workers, pipeline.command.connections * pipeline.command.sessions)
    calls = base.workload.rate * base.workload.duration * pipeline.retry.attempts
    return replace(base, pipeline=pipeline, settle=round(base.settle + calls * call_seconds(pipeline.command) / width))


def _own(base: Scenario, table: str, key: str) -> int:
    value = getattr(getattr(base.pipeline, table), key)
    assert isinstance(value, int)
    return value
