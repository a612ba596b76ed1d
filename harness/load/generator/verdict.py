"""The exit code of a load that Locust was started for alone: what a script can know without the lab's own checkers."""

import logging

from harness.checkers.kept_pace import MOST_BUSY
from harness.load.generator.conductor import Conductor
from reports.sentences import measured

__all__ = ["exit_code"]

_PASSED, _UNKNOWN, _GATE_FAILED, _UNAVAILABLE = 0, 2, 3, 69

_log = logging.getLogger(__name__)


def exit_code(conductor: Conductor) -> int:
    """As `spoolproof run` would: 3 for a failed gate, 2 where the generators did not keep the pace."""
    if conductor.failure is not None:
        return _UNAVAILABLE
    results = conductor.gates.results()
    for row in results:
        _log.info("gate %s: %s (%s)", "passed" if row.passed else "FAILED", row.expression, measured(row))
    for gate in conductor.gates.unseen:
        _log.warning("gate not judged, since clients do not see it: %s", gate.expression)
    if any(state.dropped or state.busy > MOST_BUSY for state in conductor.states.values()):
        _log.warning("the load generators did not keep the pace: the figures say little")
        return _UNKNOWN
    return _PASSED if all(row.passed for row in results) else _GATE_FAILED
