"""What the load of a scenario asks for that its service does not offer: such arrivals are skipped."""

from collections.abc import Iterator

from connector.errors import TomlProblems
from harness.errors import NoSheet
from harness.scenario.remark import Remark
from harness.scenario.scenario import Scenario
from harness.service.access import ACCESS_CHANGES
from harness.service.foreign import offered_by_sheet
from harness.workload.clients import unoffered_kinds
from reports.history import OpKind

__all__ = ["NOT_OFFERED", "offer_remarks"]

NOT_OFFERED = "the service does not offer it"


def offer_remarks(scenario: Scenario) -> Iterator[Remark]:
    """One for each kind of arrival that will be skipped, as far as the scenario tells."""
    offered = _offered(scenario)
    for kind in sorted(unoffered_kinds(offered)):
        if scenario.workload.mix.get(kind):
            reason = f"the service sheet has no {kind.value}, so these arrivals are skipped"
            yield Remark(key=("workload", "mix", kind.value), reason=reason)


def _offered(scenario: Scenario) -> frozenset[OpKind]:
    if scenario.service is None:
        return ACCESS_CHANGES
    try:
        return offered_by_sheet(scenario.service.sheet, scenario.service.beside)
    except (NoSheet, TomlProblems):  # an error of its own
        return ACCESS_CHANGES
