"""Who sent it twice: anomalies of a share get the tries of a gateway that passed a request for it on more than once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from connector.values import replace
from harness.checkers.witness import anomaly, of_attempt
from reports.history import Attempt, History
from reports.passed_on import passed_on_again
from reports.verdicts import Anomaly, Finding

__all__ = ["with_gateway_repeats"]


def with_gateway_repeats(findings: Sequence[Finding], history: History) -> tuple[Finding, ...]:
    """The same findings, each anomaly with what the gateway repeated before the last of its witnesses."""
    if not any(finding.anomalies for finding in findings):
        return tuple(findings)
    repeats: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for request in passed_on_again(history):
        first = request.tries[0]
        repeats[first.location, first.name] += request.tries
    return tuple(
        replace(finding, anomalies=tuple(_with_repeats(each, repeats) for each in finding.anomalies))
        for finding in findings
    )


def _with_repeats(found: Anomaly, repeats: Mapping[tuple[str, str], Sequence[Attempt]]) -> Anomaly:
    until = max((witness.at for witness in found.witnesses), default=0.0)
    tries = [row for row in repeats.get((found.location, found.name), ()) if row.began_at <= until]
    if not found.name or not tries:
        return found
    known = {witness.text for witness in found.witnesses}
    added = [witness for witness in map(of_attempt, tries) if witness.text not in known]
    return replace(found, witnesses=anomaly(found.invariant, "", "", "", *found.witnesses, *added).witnesses)
