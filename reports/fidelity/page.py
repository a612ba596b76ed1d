"""A fidelity report as one self-contained HTML page."""

from pathlib import Path

from connector.atomic_file import write_atomic
from reports.fidelity.results import FidelityReport
from reports.fidelity.wording import counts, coverage_line, headline, notes, shrunk_line
from reports.html.target_report import Tile, target_page
from reports.verdicts import Verdict

__all__ = ["fidelity_page", "write_fidelity_page"]

_WORDS = {Verdict.VALID: "no difference", Verdict.UNKNOWN: "not decided", Verdict.INVALID: "differs"}


def write_fidelity_page(path: Path, report: FidelityReport) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, fidelity_page(report))


def fidelity_page(report: FidelityReport) -> str:
    """The page as text."""
    return target_page(
        "fidelity.html",
        report,
        about="spoolproof fidelity",
        subject=f"{report.fake} as {report.real}",
        words=_WORDS,
        headline=headline(report),
        facts=[("real", report.real), ("fake", report.fake)],
        notes=list(notes(report)),
        tiles=[] if report.replayed else _tiles(report),
        counts=counts(report),
        shrunk=shrunk_line(report),
    )


def _tiles(report: FidelityReport) -> list[Tile]:
    return [
        ("differences", str(len(report.differences)), f"kinds; {len(report.intended)} more are intended"),
        ("sequences", f"{report.played} of {report.asked}", "played on both targets"),
        ("commands", str(report.commands), "compared"),
        ("at once", str(report.pairs), f"pairs of commands; {report.free} ended by chance in another order"),
        ("covered", f"{report.covered} of {len(report.situations)}", coverage_line(report)),
    ]
