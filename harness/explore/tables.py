"""Events as a scenario file spells them."""

from dataclasses import fields
from math import isinf
from typing import Any, assert_never

from fake_clusters.faults.rule import FaultRule, Per
from harness.explore.schedule import Event
from harness.scenario.deliveries import DeliveryRule
from harness.scenario.scenario import NemesisStep
from harness.toxics.rule import ToxicRule

__all__ = ["section_of", "table_of"]


def section_of(event: Event) -> str:
    """The array of tables that it stands in."""
    match event:
        case NemesisStep():
            return "nemesis"
        case FaultRule():
            return "faults"
        case DeliveryRule():
            return "deliveries"
        case ToxicRule():
            return "toxics"
        case _:
            assert_never(event)


def table_of(event: Event, *, load_ends: float) -> dict[str, Any]:
    """What is as it would be anyway is left out. load_ends: until when a window without an end is open."""
    match event:
        case NemesisStep():
            return _nemesis(event)
        case FaultRule():
            return _fault(event, load_ends)
        case DeliveryRule():
            return _delivery(event, load_ends)
        case ToxicRule():
            return _toxic(event, load_ends)
        case _:
            assert_never(event)


def _nemesis(step: NemesisStep) -> dict[str, Any]:
    table: dict[str, Any] = {"at": step.at, "kind": step.kind.value, "target": str(step.target)}
    if step.kind.is_undone:
        table["lasts"] = step.lasts
    if step.wipe:
        table["wipe"] = True
    if step.site is not None:
        table |= {"site": step.site.value, "nth": step.nth}
    if step.by:
        table["by"] = step.by
    return table


def _fault(rule: FaultRule, load_ends: float) -> dict[str, Any]:
    chosen = rule.selector
    table: dict[str, Any] = {"fault": rule.kind.name, "label": rule.label}
    if rule.clusters:
        table["clusters"] = list(rule.clusters)
    table |= _window(chosen.begins, chosen.ends, load_ends) | _parameters(rule.parameters)
    if chosen.probability < 1:
        table["probability"] = chosen.probability
    if chosen.per is not Per.CLUSTER:
        table["per"] = chosen.per.value
    given = {
        "first": chosen.first,
        "every": chosen.every,
        "attempts": list(chosen.attempts),
        "keys": list(chosen.keys),
        "verbs": [verb.value for verb in chosen.verbs],
    }
    return table | {key: value for key, value in given.items() if value}


def _delivery(rule: DeliveryRule, load_ends: float) -> dict[str, Any]:
    table: dict[str, Any] = {"what": rule.kind.value, "label": rule.label}
    if rule.kind.comes:
        table["after"] = rule.after
    table |= _window(rule.begins, rule.ends, load_ends)
    if rule.probability < 1:
        table["probability"] = rule.probability
    return table | {key: value for key, value in (("nth", rule.nth), ("every", rule.every)) if value is not None}


def _toxic(rule: ToxicRule, load_ends: float) -> dict[str, Any]:
    table: dict[str, Any] = {"toxic": rule.kind.name, "label": rule.label, "link": rule.link}
    table |= _window(rule.begins, rule.ends, load_ends) | _parameters(rule.parameters)
    if rule.direction not in {None, rule.kind.direction}:
        table["direction"] = str(rule.direction)
    return table | ({"toxicity": rule.toxicity} if rule.toxicity < 1 else {})


def _window(begins: float, ends: float, load_ends: float) -> dict[str, list[float]]:
    if begins == 0 and isinf(ends):
        return {}
    # All is lifted when the load ends, so that a second more is as good as for ever.
    return {"between": [begins, load_ends + 1.0 if isinf(ends) else ends]}


def _parameters(parameters: Any) -> dict[str, Any]:
    values = {field.name: (getattr(parameters, field.name), field.default) for field in fields(parameters)}
    return {name: value for name, (value, usual) in values.items() if value != usual}
