"""A fidelity report as one self-contained HTML page."""

from pathlib import Path

from connector.atomic_file import write_atomic
from reports.fidelity.results import FidelityReport
from reports.fidelity.wording import counts, coverage_line, headline, notes, shrunk_line
from reports.html.template import asset, environment

__all__ = ["fidelity_page", "write_fidelity_page"]


def write_fidelity_page(path: Path, report: FidelityReport) -> None:
    """Write the page in one step. Raises `OSError`."""
    write_atomic(path, fidelity_page(report))


def fidelity_page(report: FidelityReport) -> str:
    """The page as text."""
    return (
        environment()
        .get_template("fidelity.html")
        .render(
            report=report,
            headline=headline(report),
            began=f"{report.began[:10]} {report.began[11:16]} UTC",
            counts=counts(report),
            notes=list(notes(report)),
            shrunk=shrunk_line(report),
            tiles=_tiles(report),
            style=asset("assets/report.css"),
            script=asset("assets/lists.js"),
        )
    )


def _tiles(report: FidelityReport) -> list[tuple[str, str, str]]:
    return [
        ("differences", str(len(report.differences)), f"kinds; {len(report.intended)} more are intended"),
        ("sequences", f"{report.played} of {report.asked}", "played on both targets"),
        ("commands", str(report.commands), "compared"),
        ("at once", str(report.pairs), f"pairs of commands; {report.free} ended by chance in another order"),
        ("covered", f"{report.covered} of {len(report.situations)}", coverage_line(report)),
    ]
