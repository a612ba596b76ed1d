"""A contract report as one self-contained HTML page."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from reports.contract.results import ClauseResult, ClauseState, ContractReport
from reports.contract.wording import clause_word, headline, not_passed, notes, shares_line
from reports.html.target_report import Tile, target_page
from reports.verdicts import Verdict

__all__ = ["contract_page", "write_contract_page"]

_CHIPS = {
    ClauseState.PASSED: "valid",
    ClauseState.FAILED: "invalid",
    ClauseState.UNKNOWN: "unknown",
    ClauseState.ERROR: "unknown",
    ClauseState.EXEMPTED: "na",
    ClauseState.NOT_CLAIMED: "na",
    ClauseState.NOT_RUN: "na",
}
_WORDS = {Verdict.VALID: "conforms", Verdict.UNKNOWN: "not decided", Verdict.INVALID: "does not conform"}
_NAMES = 500
"""Shares of a list; it says how many there are."""
_NAME = 255
"""Characters of a name."""


def write_contract_page(path: Path, report: ContractReport) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, contract_page(report))


def contract_page(report: ContractReport) -> str:
    """The page as text."""
    return target_page(
        "contract.html",
        report,
        about=f"seed {report.seed} · spoolproof contract",
        subject=report.target,
        words=_WORDS,
        headline=headline(report),
        facts=list(_facts(report)),
        notes=list(notes(report)),
        tiles=_tiles(report),
        told=[_row(result) for result in not_passed(report)],
        themes=_themes(report),
        shares=shares_line(report),
        lists=_lists(report),
    )


def _facts(report: ContractReport) -> Iterator[tuple[str, str]]:
    yield "capabilities", ", ".join(report.capabilities) or "none"
    yield "jobs", str(report.jobs)
    if report.strict:
        yield "strict", "recommendations count"
    if report.filters:
        yield "only", ", ".join(report.filters)


def _tiles(report: ContractReport) -> list[Tile]:
    numbers = Counter(result.state for result in report.results)
    asked = sum(number for state, number in numbers.items() if state.ran)
    ambiguous = [each for each in report.results if each.ambiguous and each.state.ran]
    undecided = numbers[ClauseState.UNKNOWN] + numbers[ClauseState.ERROR]
    passed = sum(each.state is ClauseState.PASSED for each in ambiguous)
    return [
        ("passed", f"{numbers[ClauseState.PASSED]} of {asked}", "clauses that were asked"),
        ("ambiguous outcomes", f"{passed} of {len(ambiguous)}", "passed, of the clauses about them"),
        ("failed", str(numbers[ClauseState.FAILED]), f"{numbers[ClauseState.EXEMPTED]} more are exempted"),
        (
            "undecided",
            str(undecided),
            "unknown, or an error of the suite",
        ),
        ("not asked", str(len(report.results) - asked), "not claimed, or not run"),
    ]


def _row(result: ClauseResult) -> dict[str, Any]:
    return {"result": result, "chip": _CHIPS[result.state], "word": clause_word(result)}


def _themes(report: ContractReport) -> list[dict[str, Any]]:
    names = dict.fromkeys(result.theme for result in report.results)
    return [
        {"name": name, "rows": [_row(result) for result in report.results if result.theme == name]} for name in names
    ]


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[:_NAME]}… ({len(name):,} characters)"


def _lists(report: ContractReport) -> list[tuple[str, tuple[str, ...], int | None]]:
    census = report.shares
    return [
        (title, tuple(map(_cut, (names or ())[:_NAMES])), None if names is None else len(names))
        for title, names in (("before the run", census.before), ("after the run", census.after))
    ]
