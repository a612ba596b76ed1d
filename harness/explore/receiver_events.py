"""Exploring with receivers of notices that misbehave: drawing, moving, simplifying and describing them."""

from collections.abc import Iterator

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.explore.draw import Draw
from harness.explore.rounding import rounder, shorter
from harness.scenario.receivers import NoticeChannel, NoticeSelector, ReceiverKind, ReceiverPause, ReceiverRule

__all__ = [
    "describe_receiver_rule",
    "draw_receiver_rule",
    "is_notified",
    "move_receiver_rule",
    "simplify_receiver_rule",
]

_KINDS = tuple(ReceiverKind)
_MOST = 4
"""Notices that a rule strikes at most: a notifier that tries a few times comes through."""


def is_notified(draw: Draw) -> bool:
    """Whether the base has receivers."""
    return draw.base.pipeline is not None and draw.base.pipeline.notifier.enabled


def draw_receiver_rule(draw: Draw) -> ReceiverRule:
    """Of the first notices from an instant on."""
    kind = draw.one_of(_KINDS)
    by: tuple[NoticeChannel | None, ...] = (None,)
    if draw.settings.notifier.mail.host is not None:
        by = (None, *NoticeChannel)
    rule = ReceiverRule(
        kind=kind,
        label=f"{kind}-{draw.number(100, 999)}",
        selector=NoticeSelector(by=draw.one_of(by), first=draw.number(1, _MOST)),
        window=Window(begins=draw.instant(), ends=draw.base.workload.duration + 1.0),
        parameters=kind.parameters(),
    )
    if kind.parameters is ReceiverPause:
        return replace(rule, parameters=ReceiverPause(delay=draw.seconds(0.05, 2.0)))
    return rule


def move_receiver_rule(rule: ReceiverRule, draw: Draw) -> ReceiverRule:
    """To another instant."""
    return replace(rule, window=replace(rule.window, begins=draw.instant()))


def simplify_receiver_rule(rule: ReceiverRule) -> Iterator[ReceiverRule]:
    """Fewer notices, of any channel, shorter delays, rounder instants."""
    yield from (
        replace(rule, selector=replace(rule.selector, first=first)) for first in range(1, rule.selector.first or 1)
    )
    yield replace(rule, selector=replace(rule.selector, by=None))
    if isinstance(rule.parameters, ReceiverPause):
        yield from (replace(rule, parameters=ReceiverPause(delay=delay)) for delay in shorter(rule.parameters.delay))
    yield from rounder(rule)


def describe_receiver_rule(rule: ReceiverRule) -> str:
    what = "notices" if rule.selector.by is None else rule.selector.by.plural
    which = f"the first {rule.selector.first} {what}" if rule.selector.first else f"all {what}"
    delay = f", {rule.parameters.delay:g} s" if isinstance(rule.parameters, ReceiverPause) else ""
    return f"from {rule.window.begins:g} s: {rule.kind} of {which}{delay}"
