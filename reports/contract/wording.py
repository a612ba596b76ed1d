"""The sentences that every reader of a contract report shows."""

from collections.abc import Iterator, Sequence

from reports.contract.results import ClauseLevel, ClauseResult, ClauseState, ContractReport
from reports.sentences import count_of, some_of

__all__ = ["clause_word", "counts", "headline", "left_line", "not_passed", "notes", "shares_line", "themes"]

_LISTED = 8


def headline(report: ContractReport) -> str:
    """One sentence that says whether the connector conforms."""
    failed = report.musts(ClauseState.FAILED)
    if failed:
        return f"does not conform: {count_of(len(failed), 'clause')} failed ({_ids(failed)}){_part(report)}"
    if report.stopped is not None:
        return f"not decided: the target was lost in mid-run: {report.stopped}"
    if report.interrupted:
        return "not decided: the run was interrupted"
    if errors := report.in_state(ClauseState.ERROR):
        return f"not decided: the suite itself broke in {count_of(len(errors), 'clause')} ({_ids(errors)})"
    if unknown := report.musts(ClauseState.UNKNOWN):
        return f"not decided: {count_of(len(unknown), 'clause')} unknown ({_ids(unknown)}){_part(report)}"
    if not any(each.state.ran and each.level is ClauseLevel.MUST for each in report.results):
        return "not decided: no clause ran that is a must"
    return _conforms(report)


def _conforms(report: ContractReport) -> str:
    exempted = report.in_state(ClauseState.EXEMPTED)
    words = f"conforms except {len(exempted)} ({_ids(exempted)})" if exempted else "conforms"
    missed = [each for each in report.in_state(ClauseState.FAILED) if each.level is ClauseLevel.SHOULD]
    if missed:
        words += f"; {count_of(len(missed), 'recommendation')} not met ({_ids(tuple(missed))})"
    return words + _part(report)


def _part(report: ContractReport) -> str:
    if not report.filters:
        return ""
    ran = sum(each.state is not ClauseState.NOT_RUN for each in report.results)
    return f", in {ran} of {len(report.results)} clauses"


def counts(report: ContractReport) -> str:
    """How many clauses are in each state."""
    numbers = ((state, len(report.in_state(state))) for state in ClauseState)
    return ", ".join(f"{number} {state}" for state, number in numbers if number)


def not_passed(report: ContractReport) -> tuple[ClauseResult, ...]:
    """What the reader has to look at, the gravest first."""
    gravity = (ClauseState.FAILED, ClauseState.ERROR, ClauseState.UNKNOWN, ClauseState.EXEMPTED)
    by_state = (result for state in gravity for result in report.in_state(state))
    return tuple(sorted(by_state, key=lambda result: (result.level is ClauseLevel.SHOULD, gravity.index(result.state))))


def themes(report: ContractReport) -> Iterator[tuple[str, int, int, int]]:
    """Of each theme how many passed, did not pass, and were not asked; without what was filtered out as a whole."""
    for theme in dict.fromkeys(result.theme for result in report.results):
        states = [result.state for result in report.results if result.theme == theme]
        if report.filters and set(states) == {ClauseState.NOT_RUN}:
            continue
        passed, asked = states.count(ClauseState.PASSED), sum(state.ran for state in states)
        yield theme, passed, asked - passed, len(states) - asked


def shares_line(report: ContractReport) -> str:
    """What the run made and left, and what the list had before and after."""
    census = report.shares
    before, after = ("no list" if names is None else str(len(names)) for names in (census.before, census.after))
    left = count_of(len(census.left), "share") if census.left else "nothing"
    used = f"{count_of(census.made, 'name')} used, {left} left behind"
    return f"{used}; shares on the cluster: {before} before, {after} after"


def notes(report: ContractReport) -> Iterator[str]:
    """What the reader has to know besides: what is left, what vanished, what was seen."""
    census = report.shares
    if report.stopped is not None and report.musts(ClauseState.FAILED):
        yield f"the target was lost in mid-run: {report.stopped}"
    if census.left:
        yield left_line(census.left)
    if census.missing:
        names = some_of(census.missing)
        yield f"shares of others that were there before and are not now: {names}; somebody else, or the connector"
    for what, seen in report.observations.items():
        yield f"{what}: {seen}"


def left_line(left: Sequence[str]) -> str:
    """What is there still, or may be."""
    return f"left behind, or perhaps: {some_of(left)}; `spoolproof contract sweep` removes them"


def clause_word(result: ClauseResult) -> str:
    """The state, with what the reader has to know of it."""
    return f"{result.state}: {result.message}" if result.message else str(result.state)


def _ids(results: tuple[ClauseResult, ...]) -> str:
    names = [result.id for result in results[:_LISTED]]
    return ", ".join([*names, *([f"{len(results) - _LISTED} more"] if len(results) > _LISTED else [])])
