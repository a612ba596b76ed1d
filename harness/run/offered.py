"""What a scenario asks for that its service does not offer: arrivals that are skipped, instants that nobody knows."""

from collections.abc import Iterator

from connector.errors import TomlProblems
from harness.errors import NoSheet
from harness.scenario.gate_remarks import COUNTS
from harness.scenario.remark import Remark
from harness.scenario.scenario import Comparison, Gate, Scenario
from harness.service.access import ACCESS_CHANGES
from harness.service.foreign import has_change_log, offered_by_sheet
from harness.workload.clients import unoffered_kinds
from reports.history import OpKind

__all__ = ["NOT_OFFERED", "offer_remarks", "poll_remarks"]

NOT_OFFERED = "the service does not offer it"
_SEEN_BY_POLLS = frozenset({"create.active", "create.removed", "delete.gone"})
"""The metrics that end with a change of state, which clients see at their next poll."""


def offer_remarks(scenario: Scenario) -> Iterator[Remark]:
    """One for each kind of arrival that will be skipped, as far as the scenario tells."""
    offered = _offered(scenario)
    for kind in sorted(unoffered_kinds(offered)):
        if scenario.workload.mix.get(kind):
            reason = f"the service sheet has no {kind.value}, so these arrivals are skipped"
            yield Remark(key=("workload", "mix", kind.value), reason=reason)


def poll_remarks(scenario: Scenario) -> Iterator[Remark]:
    """One for each gate that asks for less than the time between two polls, where these are all that tells a state."""
    if scenario.service is None or _has_change_log(scenario):
        return
    for index, gate in enumerate(scenario.gates):
        if _finer_than(scenario.client.poll_every, gate):
            reason = (
                f"'{gate.expression}' cannot be told: the service sheet has no change log, so a state is seen at a "
                f"client's next poll, every {scenario.client.poll_every:g} s (client.poll_every)"
            )
            yield Remark(key=("gates", index), reason=reason)


def _finer_than(seconds: float, gate: Gate) -> bool:
    takes_time = gate.metric in _SEEN_BY_POLLS and gate.statistic not in COUNTS
    return takes_time and gate.comparison in {Comparison.BELOW, Comparison.AT_MOST} and gate.threshold < seconds


def _has_change_log(scenario: Scenario) -> bool:
    assert scenario.service is not None
    try:
        return has_change_log(scenario.service.sheet, scenario.service.beside)
    except (NoSheet, TomlProblems):  # an error of its own
        return True


def _offered(scenario: Scenario) -> frozenset[OpKind]:
    if scenario.service is None:
        return ACCESS_CHANGES
    try:
        return offered_by_sheet(scenario.service.sheet, scenario.service.beside)
    except (NoSheet, TomlProblems):  # an error of its own
        return ACCESS_CHANGES
