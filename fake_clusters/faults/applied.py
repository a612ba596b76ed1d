"""What each of the faults applied to one plan changed in it, apart from what the others would have done anyway."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from fake_clusters.faults.fault import AnyPlan
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import ChannelPlan, CommandPlan, ConnectionPlan, OutputPlan

__all__ = ["AppliedFault", "changes_of"]

_COMPARED: Mapping[type, tuple[str, ...]] = {
    kind: tuple(row.name for row in fields(kind) if row.compare)
    for kind in (ConnectionPlan, ChannelPlan, CommandPlan, OutputPlan)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFault:
    """A rule that changed a plan: how it found it, and how it left it."""

    rule: FaultRule
    before: AnyPlan
    after: AnyPlan


def changes_of(applied: Sequence[AppliedFault]) -> Iterator[tuple[FaultRule, frozenset[str]]]:
    """Each rule with the fields that would be otherwise without it, those of the output among them; `applied` in order.

    A rule whose changes are all replaced by those of later rules is left out.
    """
    for index, fault in enumerate(applied):
        changed = _differing(fault.before, fault.after)
        without = fault.before
        for later in applied[index + 1 :]:
            without = later.rule.kind.apply(without, later.rule.parameters)
        if len(applied) > 1:
            changed &= _differing(without, applied[-1].after)
        if changed:
            yield fault.rule, changed


def _differing(one: AnyPlan | OutputPlan, other: AnyPlan | OutputPlan) -> frozenset[str]:
    """The fields, those of the output among them, in which two plans of a kind are not the same."""
    found = frozenset(name for name in _COMPARED[type(one)] if getattr(one, name) != getattr(other, name))
    if isinstance(one, CommandPlan) and isinstance(other, CommandPlan) and "output" in found:
        return found | _differing(one.output, other.output)
    return found
