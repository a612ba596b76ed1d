"""Exploring with deliveries: drawing, moving, simplifying and describing them."""

from collections.abc import Iterator

from connector.values import replace
from harness.explore.draw import Draw
from harness.explore.rounding import shorter
from harness.scenario.deliveries import Delay, DeliveryKind, DeliveryRule
from harness.scenario.service_fault import CountedSelector

__all__ = ["describe_delivery", "draw_delivery", "simplify_delivery"]

_KINDS = tuple(DeliveryKind)


def draw_delivery(draw: Draw) -> DeliveryRule:
    """Of one message."""
    kind = draw.one_of(_KINDS)
    label = f"{kind}-{draw.number(100, 999)}"
    load = draw.base.workload
    nth = draw.number(1, max(1, round(load.rate * load.duration)))
    rule = DeliveryRule(kind=kind, label=label, selector=CountedSelector(nth=nth), parameters=kind.parameters())
    return replace(rule, parameters=Delay(delay=draw.seconds(0.05, 2.0))) if kind.comes else rule


def simplify_delivery(rule: DeliveryRule) -> Iterator[DeliveryRule]:
    """Shorter delays."""
    if rule.kind.comes:
        yield from (replace(rule, parameters=Delay(delay=delay)) for delay in shorter(rule.parameters.delay))


def describe_delivery(rule: DeliveryRule) -> str:
    delay = f", {rule.parameters.delay:g} s" if rule.kind.comes else ""
    return f"{rule.kind} of message {rule.selector.nth or 'any'}{delay}"
