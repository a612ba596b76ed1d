"""A fault as a scenario sets it."""

from fake_clusters.faults.fault import FaultKind
from fake_clusters.faults.selector import CallSelector
from fake_clusters.rules.rule import Rule

__all__ = ["FaultRule"]

FaultRule = Rule[FaultKind, CallSelector]
"""label: unique among the rules of a run: what it draws is keyed by it."""
