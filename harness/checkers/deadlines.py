"""T1, deadlines: every hop answers by its deadline plus slack."""

from collections.abc import Iterator

from harness.checkers.checker import Checker
from harness.checkers.evidence import Evidence
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt, Hop
from reports.verdicts import Anomaly

__all__ = ["DEADLINES"]

_WAITS_FOR = {Hop.CLIENT: ("gateway", "client"), Hop.PROCESSOR: ("processor",)}
"""The limits that bound a try: a client hears by the gateway's deadline and gives up by its own."""


def _find(evidence: Evidence) -> Iterator[Anomaly]:
    for attempt in evidence.history.attempts:
        limits = [
            evidence.bounds.limits[key] for key in _WAITS_FOR.get(attempt.hop, ()) if key in evidence.bounds.limits
        ]
        if not limits or attempt.ended_at is None or _excused(evidence, attempt):
            continue
        took, limit = attempt.ended_at - attempt.began_at, min(limits)
        if took > limit + evidence.bounds.slack:
            message = f"{attempt.hop} waited {took:.2f} s for {attempt.verb}; its limit is {limit:g} s"
            yield anomaly("T1", attempt.location, attempt.name, message, of_attempt(attempt))


def _excused(evidence: Evidence, attempt: Attempt) -> bool:
    """A process that the nemesis had stopped could not keep a deadline: that is the experiment, not a finding."""
    return any(
        action.action in ("kill", "pause") and attempt.began_at <= action.at <= (attempt.ended_at or action.at)
        for action in evidence.history.nemesis
    )


DEADLINES = Checker(invariant="T1", title="every hop answers by its deadline", find=_find)
