"""The report of one run of the contract suite: the state of each clause, and the shares before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reports.verdicts import Verdict

__all__ = ["ClauseLevel", "ClauseResult", "ClauseState", "ContractReport", "ShareCensus"]


class ClauseLevel(StrEnum):
    """must: without it a connector does not conform. should: reported, and a failure only where asked to be strict."""

    MUST = "must"
    SHOULD = "should"


class ClauseState(StrEnum):
    """What is known of one clause.

    unknown: it ran and could not be decided. not claimed: it is about something that the connector does not claim.
    exempted: it failed, and an exemption allows that. not run: filtered out, or the run ended before it. error: the
    suite itself broke.
    """

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_CLAIMED = "not claimed"
    EXEMPTED = "exempted"
    NOT_RUN = "not run"
    ERROR = "error"

    @property
    def ran(self) -> bool:
        return self not in {ClauseState.NOT_CLAIMED, ClauseState.NOT_RUN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseResult:
    """One clause. message: why, empty for one that passed. seconds: how long it took. steps: what was asked and
    answered, in order. exemption: the reason of the exemption that applied."""

    id: str
    sentence: str
    level: ClauseLevel
    theme: str
    ambiguous: bool
    state: ClauseState
    message: str = ""
    seconds: float = 0.0
    steps: tuple[str, ...] = ()
    exemption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCensus:
    """The shares on the cluster before and after the run, by name; None: the list could not be had.

    made: how many names were registered for it. left: those of ours that are still there, or may be. missing: shares of
    others that were there before and are not any more.
    """

    before: tuple[str, ...] | None = None
    after: tuple[str, ...] | None = None
    made: int = 0
    left: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        if self.before is None or self.after is None:
            return ()
        still = set(self.after)
        return tuple(name for name in self.before if name not in still)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReport:
    """One run. began: ISO 8601. filters: the patterns that chose the clauses. stopped: why it ended early, None where
    it did not. observations: what was seen and is no question of right or wrong, such as what a timeout does."""

    target: str
    dialect: str
    capabilities: tuple[str, ...]
    seed: int
    jobs: int
    began: str
    seconds: float
    product: str
    command: str
    results: tuple[ClauseResult, ...]
    shares: ShareCensus
    filters: tuple[str, ...] = ()
    strict: bool = False
    interrupted: bool = False
    stopped: str | None = None
    observations: Mapping[str, str] = field(default_factory=dict)

    def in_state(self, *states: ClauseState) -> tuple[ClauseResult, ...]:
        return tuple(result for result in self.results if result.state in states)

    def musts(self, *states: ClauseState) -> tuple[ClauseResult, ...]:
        """The clauses that count for the verdict, in these states."""
        return tuple(each for each in self.in_state(*states) if self.strict or each.level is ClauseLevel.MUST)

    @property
    def verdict(self) -> Verdict:
        if self.musts(ClauseState.FAILED):
            return Verdict.INVALID
        broken = self.interrupted or self.stopped is not None or self.in_state(ClauseState.ERROR)
        decided = any(each.state.ran and each.level is ClauseLevel.MUST for each in self.results)
        if broken or not decided or self.musts(ClauseState.UNKNOWN):
            return Verdict.UNKNOWN
        return Verdict.VALID
