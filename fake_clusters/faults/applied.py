"""What each of the faults applied to one plan changed in it, apart from what the others would have done anyway."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from fake_clusters.faults.fault import AnyPlan
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan, OutputPlan

__all__ = ["AppliedFault", "changes_of"]


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
    final = _values(applied[-1].after)
    for index, fault in enumerate(applied):
        without = fault.before
        for later in applied[index + 1 :]:
            without = later.rule.kind.apply(without, later.rule.parameters)
        before, after, spared = _values(fault.before), _values(fault.after), _values(without)
        changed = frozenset(name for name in final if before[name] != after[name] and spared[name] != final[name])
        if changed:
            yield fault.rule, changed


def _values(plan: AnyPlan | OutputPlan) -> Mapping[str, object]:
    values = {row.name: getattr(plan, row.name) for row in fields(plan) if row.compare}
    return {**values, **_values(plan.output)} if isinstance(plan, CommandPlan) else values
