"""`spoolproof explain`: what an invariant promises, why, and what a violation looks like."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from fake_clusters.faults import FAULTS
from harness.checkers.checker import Checker
from harness.checkers.document import ORDERED
from harness.cli.stdout import print_json, results_console
from harness.toxics import TOXICS
from reports.invariants import PROMISES

__all__ = ["INVARIANTS", "explain_invariants", "list_invariants", "no_invariant"]

INVARIANTS = tuple(checker.invariant for checker in ORDERED)
"""By kind and number."""


def list_invariants(*, json: bool) -> None:
    """Print the id and title of each."""
    if json:
        print_json({"invariants": list(map(_row, ORDERED))})
        return
    for checker in ORDERED:
        results_console().print(Text(f"{checker.invariant:<4} {checker.title}"))


def explain_invariants(names: Sequence[str], *, json: bool) -> None:
    """Print the whole text of those that are named, in the order of their names."""
    checkers = {checker.invariant: checker for checker in ORDERED}
    chosen = [checkers[name] for name in names]
    if json:
        print_json({"invariants": list(map(_row, chosen))})
        return
    results_console().print("\n".join(map(_told, chosen)), markup=False, highlight=False, end="")


def no_invariant(name: str) -> str:
    """Return the message for a name that is no invariant: where it is explained, or the names that there are."""
    if name in FAULTS:
        return f"{name!r} is a fault, not an invariant; `spoolproof faults` says what it does"
    if name in TOXICS:
        return f"{name!r} is a toxic, not an invariant; `spoolproof toxics` says what it does"
    return f"no invariant {name!r}; accepted: {', '.join(INVARIANTS)}"


def _told(checker: Checker) -> str:
    promise = PROMISES[checker.invariant]
    needs = f"\nJudged only in runs with: {', '.join(sorted(checker.needs))}.\n" if checker.needs else ""
    story = "".join(f"  {line}\n" for line in promise.example)
    head = f"{checker.invariant}: {checker.title}"
    return f"{head}\n\n{promise.sentence}\n\n{promise.why}\n{needs}\nA violation:\n\n{story}"


def _row(checker: Checker) -> dict[str, Any]:
    promise = PROMISES[checker.invariant]
    return {
        "invariant": checker.invariant,
        "title": checker.title,
        "promise": promise.sentence,
        "why": promise.why,
        "needs": sorted(checker.needs),
        "violation": list(promise.example),
    }
