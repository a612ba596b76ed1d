"""`run --json`: the results as one JSON object."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.checkers.unplanned_ends import UNPLANNED_ENDS
from harness.cli.exits import Exit, with_unwritten, worst_exit
from harness.measure import figures
from reports.invariants import PROMISES
from reports.journal import Journal, what_broke
from reports.plain import plain
from reports.sentences import ended, measured
from reports.verdicts import Verdict

__all__ = ["RunReport", "exit_of", "report_unplanned_ends", "run_object", "run_row", "worst_exit_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run, its folder, and whether its results were written."""

    journal: Journal
    folder: Path
    written: bool = True

    @property
    def exit(self) -> Exit:
        return exit_of(self.journal)


def exit_of(journal: Journal) -> Exit:
    """Return the exit code of a run: interrupts come first, and a failed gate counts only if the verdict is valid."""
    if journal.interrupted:
        return Exit.INTERRUPTED
    match journal.verdict:
        case Verdict.INVALID:
            return Exit.INVALID
        case Verdict.UNKNOWN:
            return Exit.UNKNOWN
        case Verdict.VALID:
            return Exit.VALID if all(gate.passed for gate in journal.gates) else Exit.GATE_FAILED


def worst_exit_of(reports: Sequence[RunReport]) -> Exit:
    """Return the worst exit code of several runs, unwritten results included."""
    code = worst_exit(ran.exit for ran in reports)
    return code if all(ran.written for ran in reports) else with_unwritten(code)


def report_unplanned_ends(journals: Mapping[str, Journal]) -> Exit:
    """Report on stderr which parts ended unexpectedly, for commands that only compare runs; return the exit code.

    journals: by label.
    """
    codes = [Exit.VALID]
    for name, journal in journals.items():
        for end in journal.history.part_ends:
            sys.stderr.write(plain(f"{name}: {ended(end)}\n"))
        found = (row.verdict for row in journal.findings if row.invariant == UNPLANNED_ENDS.invariant)
        codes += [Exit.INVALID if verdict is Verdict.INVALID else Exit.UNKNOWN for verdict in found if verdict.rank]
    return worst_exit(codes)


def run_object(reports: Sequence[RunReport]) -> dict[str, Any]:
    """The object; docs/reference/command-line.md has its keys."""
    return {"exit": int(worst_exit_of(reports)), "runs": [run_row(ran) for ran in reports]}


def run_row(ran: RunReport) -> dict[str, Any]:
    """One of its `runs`."""
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
        "timeouts": len(journal.history.timeouts) or (0 if journal.history.has_commands else None),
        "faults": dict(what_broke(journal)),
        "findings": [
            {
                "invariant": finding.invariant,
                "title": finding.title,
                "promise": PROMISES[finding.invariant].sentence if finding.invariant in PROMISES else None,
                "verdict": finding.verdict.value if finding.judged else None,
                "summary": finding.summary,
                "anomalies": [
                    {
                        "message": anomaly.message,
                        "location": anomaly.location,
                        "name": anomaly.name,
                        "witnesses": [witness.text for witness in anomaly.witnesses],
                    }
                    for anomaly in finding.anomalies
                ],
            }
            for finding in journal.findings
        ],
        "gates": [{**asdict(gate), "measured": measured(gate)} for gate in journal.gates],
        "figures": figures(journal.history, load_ends=journal.load_ends),
        "notes": list(journal.notes),
        "command": journal.command,
        "journal": str(ran.folder / "journal.json"),
        "report": str(ran.folder / "report.html"),
        "junit": str(ran.folder / "junit.xml"),
        "written": ran.written,
    }
