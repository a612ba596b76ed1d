"""Gates as lines of the plots: each at its threshold, over the phase that it judges."""

import re
from typing import Any

from reports.journal import Journal
from reports.verdicts import GateResult

__all__ = ["latency_gates", "rate_gates"]

_LATENCY = re.compile(r"(p[0-9.]+|min|mean|max)\((create|resize|delete)\.")
"""Gates about what the plot of latencies shows a mark of."""
_RATE = "rate(goodput)"
_LINES = 12


def latency_gates(journal: Journal) -> list[dict[str, Any]]:
    """Of the plot of latencies."""
    return [_line(gate, journal) for gate in journal.gates if _LATENCY.match(gate.expression)][:_LINES]


def rate_gates(journal: Journal) -> list[dict[str, Any]]:
    """Of the plot of rates."""
    return [_line(gate, journal) for gate in journal.gates if gate.expression.startswith(_RATE)][:_LINES]


def _line(gate: GateResult, journal: Journal) -> dict[str, Any]:
    spans = {span.name: (span.begins, span.ends) for span in reversed(journal.phases)}
    begins, ends = spans.get(gate.phase, (0.0, journal.load_ends))
    return {
        "at": round(max(gate.threshold, 0.001), 4),
        "from": round(begins, 4),
        "to": round(min(ends, journal.ends), 4),
        "name": gate.expression,
        "passed": gate.passed,
    }
