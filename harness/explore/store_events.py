"""Exploring with faults of the store: drawing, simplifying and describing them."""

from collections.abc import Iterator

from connector.values import replace
from harness.explore.draw import Draw
from harness.explore.rounding import shorter
from harness.scenario.store_faults import (
    StoreCall,
    StoreFaultKind,
    StoreFaultRule,
    StoreSelector,
    SyncDelay,
    TimeDown,
)

__all__ = ["describe_store_fault", "draw_store_fault", "simplify_store_fault"]

_KINDS = (*StoreFaultKind, StoreFaultKind.LOST_COMMIT, StoreFaultKind.LOST_COMMIT)
"""The commit of which nobody knows is the one that is hardest to get right."""
_CALLS = tuple(StoreCall)


def draw_store_fault(draw: Draw) -> StoreFaultRule:
    """Of transactions of one kind, most often of creates, which are what a 202 speaks of."""
    kind = draw.one_of(_KINDS)
    call = StoreCall.CREATE if draw.u01() < 0.4 else draw.one_of(_CALLS)
    counted = draw.number(1, 8)
    chosen = {"nth": counted} if draw.u01() < 0.5 else {"every": counted}
    rule = StoreFaultRule(
        kind=kind,
        label=f"{kind}-{draw.number(100, 999)}",
        selector=StoreSelector(call=call, **chosen),
        parameters=kind.parameters(),
    )
    if kind.parameters is SyncDelay:
        return replace(rule, parameters=SyncDelay(delay=draw.seconds(0.05, 2.0)))
    if kind.parameters is TimeDown:
        return replace(rule, parameters=TimeDown(down=draw.seconds(0.05, 2.0)))
    return rule


def simplify_store_fault(rule: StoreFaultRule) -> Iterator[StoreFaultRule]:
    """One transaction in place of many; shorter times."""
    if rule.selector.every is not None:
        yield replace(rule, selector=replace(rule.selector, every=None, nth=rule.selector.every))
    match rule.parameters:
        case SyncDelay(delay=delay):
            yield from (replace(rule, parameters=SyncDelay(delay=each)) for each in shorter(delay))
        case TimeDown(down=down):
            yield from (replace(rule, parameters=TimeDown(down=each)) for each in shorter(down))


def describe_store_fault(rule: StoreFaultRule) -> str:
    call = rule.selector.call or "any call"
    seconds = getattr(rule.parameters, "delay", None) or getattr(rule.parameters, "down", None)
    which = f"every {rule.selector.every}." if rule.selector.every else f"number {rule.selector.nth or 'any'}"
    return f"{rule.kind} at {call}, {which}{f', {seconds:g} s' if seconds else ''}"
