"""What a scenario breaks on purpose, as rows of the journal: so that a report can set it against what occurred."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from math import isfinite
from typing import Any, get_type_hints

from connector.units import Duration, Size
from fake_clusters.faults.parameters import Rate
from fake_clusters.faults.selector import CallSelector
from fake_clusters.rules.rule import Rule
from harness.scenario.nemesis import steps_of
from harness.scenario.nemesis_kinds import CrashAction, NemesisStep, Skew
from harness.scenario.scenario import Scenario
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
        *_store_faults(scenario),
        *_receivers(scenario),
        *_latency_phases(scenario),
        *_nemesis(scenario),
    )


def _faults(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.faults:
        where = ", ".join(rule.selector.clusters) or "all clusters"
        how = (*_conditions(rule.selector), *_parameters(rule.parameters))
        yield _planned(SpanKind.FAULT, rule, where, how, scenario)


def _toxics(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.toxics:
        selector = rule.selector
        way = [] if selector.direction is None else [str(selector.direction)]
        chance = [] if selector.toxicity == 1.0 else [f"{selector.toxicity:.0%} of connections"]
        yield _planned(SpanKind.TOXIC, rule, selector.link, (*way, *chance, *_parameters(rule.parameters)), scenario)


def _deliveries(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.deliveries:
        selector = rule.selector
        chosen = [] if selector.nth is None else [f"message {selector.nth}"]
        chosen += [] if selector.every is None else [f"one of every {selector.every}"]
        chosen += [] if selector.probability == 1.0 else [f"probability {selector.probability:.0%}"]
        yield _planned(SpanKind.DELIVERY, rule, "messages of the queue", chosen, scenario)


def _store_faults(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.store_faults:
        selector = rule.selector
        what = "transaction" if selector.call is None else str(selector.call)
        chosen = [] if selector.nth is None else [f"{what} {selector.nth}"]
        chosen += [] if selector.every is None else [f"one of every {selector.every}"]
        chosen += [] if selector.probability == 1.0 else [f"probability {selector.probability:.0%}"]
        where = "the store" if selector.call is None or chosen else f"the store's {what}"
        yield _planned(SpanKind.STORE_FAULT, rule, where, (*chosen, *_parameters(rule.parameters)), scenario)


def _receivers(scenario: Scenario) -> Iterator[Planned]:
    for rule in scenario.receivers:
        where = "notices" if rule.selector.by is None else rule.selector.by.plural
        chosen = [] if rule.selector.first is None else [f"the first {rule.selector.first}"]
        yield _planned(SpanKind.DELIVERY, rule, where, (*chosen, *_parameters(rule.parameters)), scenario)


def _planned(kind: SpanKind, rule: Rule[Any, Any], where: str, how: Iterable[str], scenario: Scenario) -> Planned:
    name = str(rule.kind)
    return Planned(
        kind=kind,
        name=rule.label,
        what=name,
        where=where,
        how=", ".join(how),
        begins=rule.window.begins,
        ends=_end(rule.window.ends),
        **_expected(scenario, rule.label, name),
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
    for step in steps_of(scenario):
        yield Planned(
            kind=SpanKind.NEMESIS,
            name=step.label,
            what=str(step.kind),
            where=step.selector.target,
            how=", ".join(_circumstances(step)),
            begins=step.window.begins,
            ends=_undone_at(step),
            **_expected(scenario, "", step.kind),
        )


def _undone_at(step: NemesisStep) -> float | None:
    if step.selector.site is not None:
        return None
    return step.window.begins + (step.parameters.duration if step.kind.is_undone else 0.0)


def _circumstances(step: NemesisStep) -> Iterator[str]:
    if step.selector.site is not None:
        yield f"at {step.selector.site}, call {step.selector.nth}"
        yield f"for {step.parameters.duration:g} s"
    match step.parameters:
        case CrashAction(wipe=True):
            yield "comes back empty"
        case Skew(offset=offset):
            yield f"by {offset:+g} s"


def _conditions(selector: CallSelector) -> Iterator[str]:
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
