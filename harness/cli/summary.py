"""`run --json`: what a script wants to know, as one object."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.checkers.unplanned_ends import UNPLANNED_ENDS
from harness.cli.exits import Exit, unwritten, worst_exit
from reports.invariants import PROMISES
from reports.journal import Journal, what_broke
from reports.plain import plain
from reports.sentences import ended, measured
from reports.verdicts import Verdict

__all__ = ["Ran", "exit_of", "exit_of_all", "report_ends", "run_object"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run, and where its results lie. written: whether they do."""

    journal: Journal
    folder: Path
    written: bool = True

    @property
    def exit(self) -> Exit:
        return exit_of(self.journal)


def exit_of(journal: Journal) -> Exit:
    """An interrupted run says so whatever its verdict; a failed gate matters where the verdict is valid."""
    if journal.interrupted:
        return Exit.INTERRUPTED
    match journal.verdict:
        case Verdict.INVALID:
            return Exit.INVALID
        case Verdict.UNKNOWN:
            return Exit.UNKNOWN
        case Verdict.VALID:
            return Exit.VALID if all(gate.passed for gate in journal.gates) else Exit.GATE_FAILED


def exit_of_all(rans: Sequence[Ran]) -> Exit:
    """The gravest, and whether all was written."""
    code = worst_exit(ran.exit for ran in rans)
    return code if all(ran.written for ran in rans) else unwritten(code)


def report_ends(journals: Mapping[str, Journal]) -> Exit:
    """For a command that only compares runs: says on stderr which parts ended unplanned, which is never a success.

    journals: by what each is called.
    """
    codes = [Exit.VALID]
    for name, journal in journals.items():
        for end in journal.history.part_ends:
            sys.stderr.write(plain(f"{name}: {ended(end)}\n"))
        found = (row.verdict for row in journal.findings if row.invariant == UNPLANNED_ENDS.invariant)
        codes += [Exit.INVALID if verdict is Verdict.INVALID else Exit.UNKNOWN for verdict in found if verdict.rank]
    return worst_exit(codes)


def run_object(rans: Sequence[Ran]) -> dict[str, Any]:
    """The object; docs/reference/command-line.md has its keys."""
    return {"exit": int(exit_of_all(rans)), "runs": [_run(ran) for ran in rans]}


def _run(ran: Ran) -> dict[str, Any]:
    journal = ran.journal
    return {
        "scenario": journal.scenario,
        "title": journal.title,
        "design": journal.design,
        "seed": journal.seed,
        "world": journal.world,
        "verdict": journal.verdict.value,
        "exit": int(ran.exit),
        "interrupted": journal.interrupted,
        "ops": len(journal.history.ops),
        "effects": len(journal.history.effects),
        "timeouts": len(journal.history.timeouts),
        "faults": dict(what_broke(journal)),
        "findings": [
            {
                "invariant": finding.invariant,
                "title": finding.title,
                "promise": PROMISES[finding.invariant].sentence if finding.invariant in PROMISES else None,
                "verdict": finding.verdict.value if finding.judged else None,
                "summary": finding.summary,
                "anomalies": [anomaly.message for anomaly in finding.anomalies],
            }
            for finding in journal.findings
        ],
        "gates": [{**asdict(gate), "measured": measured(gate)} for gate in journal.gates],
        "notes": list(journal.notes),
        "command": journal.command,
        "journal": str(ran.folder / "journal.json"),
        "report": str(ran.folder / "report.html"),
        "junit": str(ran.folder / "junit.xml"),
        "written": ran.written,
    }
