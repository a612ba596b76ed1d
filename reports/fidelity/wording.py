"""The sentences that every reader of a fidelity report shows."""

from collections.abc import Iterator

from reports.contract.results import ShareCensus
from reports.contract.wording import left_line
from reports.fidelity.results import LEAST_COVERAGE, FidelityReport
from reports.sentences import count_of

__all__ = ["counts", "coverage_line", "headline", "notes", "shrunk_line"]

_LISTED = 8


def headline(report: FidelityReport) -> str:
    """One sentence that says whether the fake behaves as the real connector does."""
    if report.differences:
        kinds = count_of(len(report.differences), "kind", "kinds")
        return f"the fake differs: {kinds} of difference, the first: {report.differences[0].what}"
    if report.replayed:
        return "no difference in this sequence" if not report.undecided else f"not decided: {report.undecided[0]}"
    return _whole(report)


def _whole(report: FidelityReport) -> str:
    if report.stopped is not None:
        return f"not decided: a target was lost in mid-run: {report.stopped}"
    if report.interrupted:
        return "not decided: the run was interrupted"
    if not report.is_covered:
        return f"not decided: too little was covered: {coverage_line(report)}"
    if report.stale:
        return f"{count_of(len(report.stale), 'declared difference')} did not come: to be removed"
    if report.unconfirmed:
        return f"not decided: {count_of(len(report.unconfirmed), 'difference')} did not come again"
    if report.undecided:
        return f"not decided: {count_of(len(report.undecided), 'sequence')} could not be compared"
    intended = f" but for {count_of(len(report.intended), 'intended difference')}" if report.intended else ""
    return f"no difference{intended} in {count_of(report.played, 'sequence')}"


def coverage_line(report: FidelityReport) -> str:
    """`58 of 60 situations (97 %; 90 % are needed)`."""
    total = len(report.situations)
    share = 100 * report.covered / max(1, total)
    return f"{report.covered} of {total} situations ({share:.0f} %; {100 * LEAST_COVERAGE:.0f} % are needed)"


def counts(report: FidelityReport) -> str:
    """What was played."""
    played = f"{report.played} of {count_of(report.asked, 'sequence')}, {count_of(report.commands, 'command')} compared"
    return f"{played}, {count_of(report.pairs, 'pair')} at once ({report.free} ended by chance in another order)"


def shrunk_line(report: FidelityReport) -> str:
    """How small the sequence is that shows the first difference."""
    shrunk = report.shrunk
    if shrunk is None:
        return ""
    if report.replayed:
        return count_of(shrunk.length, "step")
    least = "minimal" if shrunk.minimal else "may not be minimal"
    return f"shrunk to {count_of(shrunk.length, 'step')} ({least}; {count_of(shrunk.plays, 'play')})"


def notes(report: FidelityReport) -> Iterator[str]:
    """What the reader has to know besides."""
    for words in report.stale:
        yield f"declared and did not come: {words}"
    for row in report.unconfirmed:
        yield f"came once and not again: {row.what}: {row.real}, and the fake {row.fake} (sequence {row.number})"
    yield from report.undecided[:_LISTED]
    if len(report.undecided) > _LISTED:
        yield f"{len(report.undecided) - _LISTED} more sequences could not be compared"
    for title, census in zip((report.real, report.fake), report.shares, strict=True):
        yield from _census(title, census)


def _census(title: str, census: ShareCensus) -> Iterator[str]:
    if census.left:
        yield f"{title}: {left_line(census.left)}"
    if census.missing:
        names = ", ".join(repr(name) for name in census.missing[:_LISTED])
        yield f"{title}: shares of others that were there before and are not now: {names}"
