"""What the twin's API and gateway answer, as a client of the load reads it."""

from typing import assert_never

from connector.codes import Code
from connector.outcomes import Failed, Unknown
from connector.sites import Site
from harness.service.answer import Answer
from pipeline.designs.telling import problem_of
from pipeline.problems import Cause, Problem, catalogue, status_of
from pipeline.processor.meanings import classify
from pipeline.record import ShareRecord
from pipeline.settings import ApiSettings
from pipeline.states import Operation, ShareState
from pipeline.store.protocol import Absent, Accepted, Exists, NotActive
from reports.history import OpResult

__all__ = [
    "ABSENT",
    "KEY_REUSED",
    "UNREACHABLE",
    "answer_of",
    "broken_off",
    "declined",
    "finished",
    "full",
    "is_kept",
    "late",
    "shown",
]

UNREACHABLE = Answer(
    result=OpResult.FAIL,
    cause="connection-refused",
    code=Code.REFUSED,
    site=Site.GATEWAY_REQUEST,
    message="All connection attempts failed",
)
"""Nobody listens at the gateway's port."""


def _problem(cause: Cause, *, status: int | None = None, site: Site | None = None, code: Code | None = None) -> Answer:
    problem = Problem(cause=cause, detail="", status=status)
    number = status_of(problem)
    return Answer(
        result=OpResult.FAIL if number < 500 else OpResult.INFO,
        status=number,
        cause=cause.value,
        code=code,
        site=site,
    )


ABSENT = _problem(Cause.NOT_FOUND)
KEY_REUSED = _problem(Cause.KEY_REUSED)


def broken_off() -> Answer:
    """502: the service refused the connection, or closed it before its answer."""
    return _problem(Cause.BAD_GATEWAY, code=Code.LOST, site=Site.GATEWAY_REPLY)


def late(site: Site = Site.GATEWAY_REPLY) -> Answer:
    """504: the gateway gave up."""
    return _problem(Cause.GATEWAY_TIMEOUT, code=Code.TIMEOUT, site=site)


def full() -> Answer:
    """503: as many requests as the gateway holds are under way."""
    return _problem(Cause.GATEWAY_FULL)


def answer_of(acceptance: Accepted | Exists | Absent | NotActive, settings: ApiSettings) -> Answer:
    """The answer to a request that the store has judged."""
    match acceptance:
        case Accepted(record=record):
            return shown(record, status=202)
        case Exists(record=record):
            cause = Cause.SHARE_PENDING if record.state is ShareState.PENDING else Cause.SHARE_EXISTS
            return _concerning(record, cause, settings.conflict_status)
        case NotActive(record=record):
            return _concerning(record, Cause.SHARE_NOT_ACTIVE, None)
        case Absent():
            return ABSENT
        case _:
            assert_never(acceptance)


def shown(record: ShareRecord, *, status: int = 200) -> Answer:
    """A share as it is."""
    return Answer(result=OpResult.OK, status=status, share=record.id, state=record.state.value, reason=record.reason)


def finished(record: ShareRecord) -> Answer:
    """What a blocking service answers when the cluster has done it."""
    return shown(record, status=201 if record.operation is Operation.CREATE else 200)


def declined(outcome: Failed | Unknown) -> Answer:
    """What a blocking service answers where the cluster has not, or nobody knows."""
    problem = problem_of(outcome, classify)
    timed_out = status_of(problem) == 504
    lost = status_of(problem) == 502
    code = Code.TIMEOUT if timed_out else Code.LOST if lost else None
    site = outcome.site if timed_out else Site.GATEWAY_REPLY if lost else None
    return _problem(problem.cause, status=problem.status, site=site, code=code)


def is_kept(answer: Answer) -> bool:
    """Whether it is given again to the same idempotency key."""
    return answer.cause is None or catalogue()[Cause(answer.cause)].kept


def _concerning(record: ShareRecord, cause: Cause, status: int | None) -> Answer:
    problem = _problem(cause, status=status)
    return Answer(
        result=problem.result, status=problem.status, cause=problem.cause, share=record.id, state=record.state.value
    )
