"""A toxic as a scenario sets it, and what it puts on each of its links."""

from fake_clusters.rules.rule import Rule
from harness.toxics.toxic import LinkSelector, Toxic, ToxicKind

__all__ = ["ToxicRule", "toxic_of"]

ToxicRule = Rule[ToxicKind, LinkSelector]
"""label: unique in a run."""


def toxic_of(rule: ToxicRule) -> Toxic:
    return Toxic(
        name=rule.label,
        kind=rule.kind,
        parameters=rule.parameters,
        direction=rule.selector.direction,
        toxicity=rule.selector.toxicity,
    )
