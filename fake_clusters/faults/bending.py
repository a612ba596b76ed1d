"""What each of the faults that bent one plan changed in it, apart from what the others would have done anyway."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from fake_clusters.faults.fault import AnyPlan
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan, OutputPlan

__all__ = ["Bend", "changes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """A rule that changed a plan: how it found it, and how it left it."""

    rule: FaultRule
    before: AnyPlan
    after: AnyPlan


def changes_of(bends: Sequence[Bend]) -> Iterator[tuple[FaultRule, frozenset[str]]]:
    """Each rule with the fields that would be otherwise without it, those of the output among them; `bends` in order.

    A rule whose changes are all replaced by those of later rules is left out.
    """
    final = _values(bends[-1].after)
    for index, bend in enumerate(bends):
        without = bend.before
        for later in bends[index + 1 :]:
            without = later.rule.kind.bend(without, later.rule.parameters)
        before, after, spared = _values(bend.before), _values(bend.after), _values(without)
        changed = frozenset(name for name in final if before[name] != after[name] and spared[name] != final[name])
        if changed:
            yield bend.rule, changed


def _values(plan: AnyPlan | OutputPlan) -> Mapping[str, object]:
    values = {row.name: getattr(plan, row.name) for row in fields(plan) if row.compare}
    return {**values, **_values(plan.output)} if isinstance(plan, CommandPlan) else values
