"""What was planned to break against what struck: one row each, and one for whatever struck without being planned."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reports.journal import Journal, Planned, SpanKind

__all__ = ["InjectedCount", "planned_against_injected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedCount:
    """One row. plan None: nobody planned it. at: when it struck; of what lasts, when it began.

    enough: at all, and as often as the scenario asks for, by itself or together with others of its kind.
    """

    name: str
    plan: Planned | None
    at: tuple[float, ...] = ()
    enough: bool = True

    @property
    def count(self) -> int:
        return len(self.at)


def planned_against_injected(journal: Journal) -> list[InjectedCount]:
    """In the order of the plan, then what was not planned. A `kill` planned twice is one row per step."""
    instants = _instants(journal)
    found = list(_planned(journal, instants))
    by_kind: Counter[str] = Counter()
    for plan, at in found:
        by_kind[plan.what] += len(at)
    rows = [
        InjectedCount(name=plan.name, plan=plan, at=tuple(at), enough=_enough(plan, len(at), by_kind[plan.what]))
        for plan, at in found
    ]
    seen = {plan.name for plan in journal.planned}
    rest = [InjectedCount(name=name, plan=None, at=tuple(at)) for name, at in instants.items() if name not in seen]
    return [*rows, *rest]


def _enough(plan: Planned, count: int, of_its_kind: int) -> bool:
    return count > 0 and (of_its_kind if plan.shared else count) >= (plan.expected or 1)


def _planned(journal: Journal, instants: dict[str, list[float]]) -> Iterator[tuple[Planned, list[float]]]:
    alike: dict[str, list[Planned]] = {}
    for plan in journal.planned:
        alike.setdefault(plan.name, []).append(plan)
    for plan in journal.planned:
        found = instants.get(plan.name, [])
        if len(alike[plan.name]) > 1:  # steps of one name: each has the strikes from its own instant to the next one's
            later = [other.begins for other in alike[plan.name] if other.begins > plan.begins]
            until = min(later, default=float("inf"))
            found = [at for at in found if plan.begins <= at < until]
        yield plan, found


def _instants(journal: Journal) -> dict[str, list[float]]:
    """By the name that a plan would have, in the order of the first strike."""
    found: dict[str, list[float]] = {}
    for row in journal.history.injections:
        found.setdefault(row.label, []).append(row.at)
    lasting = (SpanKind.LATENCY_PHASE, SpanKind.NEMESIS, SpanKind.OUTAGE)
    stretches = (span for span in journal.phases if span.kind in lasting)
    for span in stretches:
        found.setdefault(span.name, []).append(span.begins)
    return found
