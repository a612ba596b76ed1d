"""Settings that a schedule changes: how much the reference pipeline does at once, how often it tries, who asks it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.values import replace
from harness.explore.draw import Draw
from harness.scenario.scenario import Scenario
from harness.scenario.settling import call_seconds

__all__ = ["Setting", "draw_settings", "nearer", "tenants", "with_settings"]

_VALUES: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("processor", "workers"): (1, 2, 4),
    ("processor", "batch"): (1, 2, 64),
    ("command", "connections"): (1, 2),
    ("retry", "attempts"): (1, 2, 3, 5),
    ("workload", "tenants"): (1, 2, 3),
}
"""By table and key, below `pipeline` but for the workload: few values, each of which makes other things happen."""

_WORKLOAD = "workload"
_TENANTS = ("a", "b", "c")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value in place of the base's own."""

    table: str
    key: str
    value: int

    def __str__(self) -> str:
        return f"{'' if self.is_of_workload else 'pipeline.'}{self.table}.{self.key} = {self.value}"

    @property
    def is_of_workload(self) -> bool:
        """Whether it is one of the load, and not of the pipeline."""
        return self.table == _WORKLOAD


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
    for each in settings:
        if each.is_of_workload:
            base = replace(base, workload=replace(base.workload, tenants=tenants(each.value)))
    return _with_pipeline(base, [each for each in settings if not each.is_of_workload])


def tenants(count: int) -> Mapping[str, float]:
    """So many, of whom the first asks most. One: the load does not say who asks."""
    return {} if count == 1 else {name: 4.0 if name == _TENANTS[0] else 1.0 for name in _TENANTS[:count]}


def _with_pipeline(base: Scenario, settings: Sequence[Setting]) -> Scenario:
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
    if table == _WORKLOAD:
        return max(1, len(base.workload.tenants))
    value = getattr(getattr(base.pipeline, table), key)
    assert isinstance(value, int)
    return value
