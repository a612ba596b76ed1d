"""What a scenario breaks on purpose, as rows of the journal: so that a report can set it against what struck."""

from collections.abc import Iterator
from dataclasses import fields
from math import isfinite
from typing import Any, get_type_hints

from connector.units import Duration, Size
from fake_clusters.faults.parameters import Rate
from fake_clusters.faults.rule import Selector
from harness.scenario.nemesis import retarget
from harness.scenario.scenario import NemesisStep, Scenario
from pipeline.settings import Design
from reports.journal import Planned, SpanKind

__all__ = ["planned_of"]

_UNITS: tuple[tuple[Any, str], ...] = ((Duration, " s"), (Size, " bytes"), (Rate, " bytes/s"))
"""By the type of a parameter."""


def planned_of(scenario: Scenario) -> tuple[Planned, ...]:
    """In the order of the scenario's tables."""
    return (
        *_faults(scenario),
        *_toxics(scenario),
        *_deliveries(scenario),
        *_latency_phases(scenario),
        *_nemesis(scenario),
    )


def _faults(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.faults:
        selector = rule.selector
        yield Planned(
            kind=SpanKind.FAULT,
            name=rule.label,
            what=rule.kind.name,
            where=", ".join(rule.clusters) or "all clusters",
            how=", ".join([*_conditions(selector), *_parameters(rule.parameters)]),
            begins=selector.begins,
            ends=_end(selector.ends),
            **_expected(scenario, rule.label, rule.kind.name),
        )


def _toxics(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.toxics:
        chance = [] if rule.toxicity == 1.0 else [f"{rule.toxicity:.0%} of connections"]
        way = [] if rule.direction is None else [str(rule.direction)]
        yield Planned(
            kind=SpanKind.TOXIC,
            name=rule.label,
            what=rule.kind.name,
            where=rule.link,
            how=", ".join([*way, *chance, *_parameters(rule.parameters)]),
            begins=rule.begins,
            ends=_end(rule.ends),
            **_expected(scenario, rule.label, rule.kind.name),
        )


def _deliveries(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.deliveries:
        chosen = [] if rule.nth is None else [f"message {rule.nth}"]
        chosen += [] if rule.every is None else [f"one of every {rule.every}"]
        chosen += [] if rule.probability == 1.0 else [f"probability {rule.probability:.0%}"]
        yield Planned(
            kind=SpanKind.DELIVERY,
            name=rule.label,
            what=str(rule.kind),
            where="messages of the queue",
            how=", ".join(chosen),
            begins=rule.begins,
            ends=_end(rule.ends),
            **_expected(scenario, rule.label, str(rule.kind)),
        )


def _latency_phases(scenario: Scenario) -> Iterator[Planned]:
    for cluster in scenario.clusters:
        for phase in cluster.profile.latency_phases:
            yield Planned(
                kind=SpanKind.LATENCY_PHASE,
                name=f"{phase.kind} of {cluster.name}",
                what=str(phase.kind),
                where=cluster.name,
                begins=phase.begins,
                ends=_end(phase.ends),
            )


def _nemesis(scenario: Scenario) -> Iterator[Planned]:
    for step in retarget(scenario.nemesis, has_processor=scenario.pipeline.design is Design.SPOOL):
        yield Planned(
            kind=SpanKind.NEMESIS,
            name=f"{step.kind} {step.target}",
            what=str(step.kind),
            where=step.target,
            how=", ".join(_circumstances(step)),
            begins=step.at,
            ends=None if step.site is not None else step.at + step.lasts if step.kind.is_undone else step.at,
            **_expected(scenario, "", step.kind),
        )


def _circumstances(step: NemesisStep) -> Iterator[str]:
    if step.site is not None:
        yield f"at {step.site}, call {step.nth}"
        yield f"for {step.lasts:g} s"
    if step.wipe:
        yield "comes back empty"
    if step.by:
        yield f"by {step.by:+g} s"


def _conditions(selector: Selector) -> Iterator[str]:
    if selector.verbs:
        yield f"on {', '.join(selector.verbs)}"
    if selector.keys:
        yield f"shares {', '.join(selector.keys)}"
    if selector.attempts:
        yield f"attempt {', '.join(map(str, selector.attempts))}"
    if selector.first is not None:
        yield f"the first {selector.first} per {selector.per}"
    if selector.every is not None:
        yield f"one of every {selector.every} per {selector.per}"
    if selector.probability != 1.0:
        yield f"probability {selector.probability:.0%}"


def _parameters(parameters: Any) -> Iterator[str]:
    """Those that are not left at their defaults and that a word or a number says, with their units."""
    hints = get_type_hints(type(parameters), include_extras=True)
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if isinstance(value, str | int | float) and value != field.default:
            unit = next((unit for kind, unit in _UNITS if hints[field.name] == kind), "")
            written = f"{value:g}" if isinstance(value, float) else str(value)
            yield f"{field.name.replace('_', ' ')} {written}{unit}"


def _end(ends: float) -> float | None:
    return ends if isfinite(ends) else None


def _expected(scenario: Scenario, label: str, kind: str) -> dict[str, Any]:
    own = scenario.expect.get(label)
    if own is not None:
        return {"expected": own}
    return {"expected": scenario.expect.get(kind), "shared": kind in scenario.expect}
