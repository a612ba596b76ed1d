"""What the client of a blocking service is told where its operation did not come about, or nobody knows."""

from typing import assert_never

from connector.codes import Code
from connector.outcomes import Failed, Unknown
from pipeline.problems import TIMEOUT_HEADER, Cause, Problem
from pipeline.processor.outcome_classes import Classify, OutcomeClass, describe

__all__ = ["problem_of"]

_BROKEN_OFF = 502
_AGAIN = "1"


def problem_of(outcome: Failed | Unknown, classify: Classify) -> Problem:
    """The problem that is answered."""
    match outcome:
        case Failed() if classify(outcome) in (OutcomeClass.NOT_NOW, OutcomeClass.BUSY, OutcomeClass.UNREACHED):
            return Problem(
                cause=Cause.CLUSTER_UNAVAILABLE,
                detail=f"Nothing was done: {describe(outcome)}.",
                headers={"Retry-After": _AGAIN},
            )
        case Failed():
            return Problem(
                cause=Cause.CLUSTER_REFUSED,
                detail=f"Nothing was done: {describe(outcome)}.",
                members={"code": outcome.code},
            )
        case Unknown(code=Code.TIMEOUT):
            return Problem(
                cause=Cause.CLUSTER_SILENT,
                detail=f"What became of it is not known: {describe(outcome)}.",
                headers={TIMEOUT_HEADER: f"api; site={outcome.site}"},
            )
        case Unknown():
            detail = f"What became of it is not known: {describe(outcome)}."
            return Problem(cause=Cause.CLUSTER_SILENT, detail=detail, status=_BROKEN_OFF)
        case _:
            assert_never(outcome)
