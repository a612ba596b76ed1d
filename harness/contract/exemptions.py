"""Exemptions: clauses that a connector is known not to keep, each with a reason and a last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from connector.values import replace
from reports.contract.results import ClauseResult, ClauseState

__all__ = ["Exemption", "with_exemptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """clause: its id. scope: a shell pattern of the titles of targets that it is for. expires: the last day of it."""

    clause: str
    scope: str
    reason: str
    expires: date

    def covers(self, clause: str, target: str) -> bool:
        return self.clause == clause and fnmatchcase(target, self.scope)


def with_exemptions(
    results: Sequence[ClauseResult], exemptions: Sequence[Exemption], *, target: str, today: date
) -> tuple[ClauseResult, ...]:
    """A failure that is exempted becomes `exempted`; an exemption that is over or not needed any more is a failure."""
    return tuple(_with(result, _covering(result.id, exemptions, target), today) for result in results)


def _covering(clause: str, exemptions: Sequence[Exemption], target: str) -> Exemption | None:
    return next((each for each in exemptions if each.covers(clause, target)), None)


def _with(result: ClauseResult, exemption: Exemption | None, today: date) -> ClauseResult:
    if exemption is None:
        return result
    if result.state is ClauseState.PASSED:
        message = f"passes now, so its exemption is to be removed ({exemption.reason})"
        return replace(result, state=ClauseState.FAILED, message=message)
    if result.state is not ClauseState.FAILED:
        return result
    if today > exemption.expires:
        return replace(result, message=f"{result.message}; its exemption ended on {exemption.expires}")
    return replace(result, state=ClauseState.EXEMPTED, exemption=exemption.reason)
