"""A fidelity report as JSON: the object that `--json` prints and `fidelity.json` holds."""

from dataclasses import asdict
from typing import Any

from reports.fidelity.results import FidelityReport
from reports.fidelity.wording import headline

__all__ = ["fidelity_document"]


def fidelity_document(report: FidelityReport) -> dict[str, Any]:
    """Without an exit code, which is the command's."""
    shares = [{**asdict(census), "missing": list(census.missing)} for census in report.shares]
    return {
        "headline": headline(report),
        "verdict": report.verdict.value,
        "covered": report.covered,
        **asdict(report),
        "seconds": round(report.seconds, 3),
        "shares": {"real": shares[0], "fake": shares[1]},
    }
