"""A contract report as JSON: the object that `--json` prints and `contract.json` holds."""

from dataclasses import asdict
from typing import Any

from reports.contract.results import ClauseResult, ContractReport
from reports.contract.wording import headline

__all__ = ["contract_document"]


def contract_document(report: ContractReport) -> dict[str, Any]:
    """Without an exit code, which is the command's."""
    census = report.shares
    return {
        "headline": headline(report),
        "verdict": report.verdict.value,
        "target": report.target,
        "dialect": report.dialect,
        "capabilities": list(report.capabilities),
        "seed": report.seed,
        "jobs": report.jobs,
        "strict": report.strict,
        "filters": list(report.filters),
        "began": report.began,
        "seconds": round(report.seconds, 3),
        "interrupted": report.interrupted,
        "stopped": report.stopped,
        "product": report.product,
        "command": report.command,
        "observations": dict(report.observations),
        "shares": {**asdict(census), "missing": list(census.missing)},
        "clauses": [_clause(result) for result in report.results],
    }


def _clause(result: ClauseResult) -> dict[str, Any]:
    return {**asdict(result), "seconds": round(result.seconds, 4)}
