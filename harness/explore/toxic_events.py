"""Exploring with toxics: drawing, simplifying and describing them."""

from collections.abc import Iterator

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.explore.draw import Draw
from harness.explore.parameters import drawn_parameters, shrink_parameters
from harness.explore.rounding import rounder
from harness.toxics import TOXICS
from harness.toxics.links import processor_link
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import LinkSelector

__all__ = ["describe_toxic", "draw_toxic", "simplify_toxic"]

_KINDS = tuple(TOXICS.values())


def draw_toxic(draw: Draw) -> ToxicRule:
    """On the link to a cluster."""
    kind = draw.one_of(_KINDS)
    begins = draw.instant()
    label = f"{kind.name}-{draw.number(100, 999)}"
    link = processor_link(draw.cluster().name)
    command = draw.settings.command
    parameters = drawn_parameters(kind.parameters, draw, longest=command.command + command.skew)
    return ToxicRule(
        kind=kind,
        label=label,
        selector=LinkSelector(link=link, direction=None if kind.standing else kind.direction),
        window=Window(begins=begins, ends=round(begins + draw.seconds(0.2, 2.0), 2)),
        parameters=parameters,
    )


def simplify_toxic(rule: ToxicRule) -> Iterator[ToxicRule]:
    """Parameters nearer to the defaults, rounder instants."""
    yield from (replace(rule, parameters=milder) for milder in shrink_parameters(rule.parameters, late=False))
    yield from rounder(rule)


def describe_toxic(rule: ToxicRule) -> str:
    return f"{rule.window.begins:g} s to {rule.window.ends:g} s: {rule.kind} on {rule.selector.link}"
