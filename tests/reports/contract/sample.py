"""A report with a clause in each state, and texts that would spoil a page."""

from reports.contract.results import ClauseLevel, ClauseResult, ClauseState, ContractReport, ShareCensus

__all__ = ["NASTY", "sample"]

NASTY = "<b>|`x`\x1b[2J\nnext"


def _result(state: ClauseState, level: ClauseLevel = ClauseLevel.MUST, **more: object) -> ClauseResult:
    return ClauseResult(
        id=f"theme.{state.replace(' ', '-')}-{level}",
        sentence=f"A clause that is {state}.",
        level=level,
        theme="theme",
        ambiguous=state is ClauseState.UNKNOWN,
        state=state,
        message="" if state is ClauseState.PASSED else f"why {state} {NASTY}",
        seconds=0.25,
        steps=(f"create {NASTY} → done",),
        **more,  # type: ignore[arg-type]  # its fields
    )


def sample(*states: ClauseState, **more: object) -> ContractReport:
    """All states unless told otherwise."""
    results = [_result(state) for state in states or ClauseState]
    if not states:
        results.append(_result(ClauseState.FAILED, ClauseLevel.SHOULD))
    values = {
        "target": "filer.north",
        "dialect": "filer",
        "capabilities": ("mark",),
        "seed": 7,
        "jobs": 4,
        "began": "2026-11-30T12:00:00+00:00",
        "seconds": 3.5,
        "product": "spoolproof 0.1.0",
        "command": "spoolproof contract filer.toml --seed 7",
        "results": tuple(results),
        "shares": ShareCensus(before=("a", NASTY), after=("a", "ours"), made=3, left=("ours",)),
        "observations": {"after a timeout": "finishes"},
    }
    return ContractReport(**(values | more))  # type: ignore[arg-type]  # its fields
