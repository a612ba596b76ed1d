"""What is answered where a handler raises: each error has one answer, and none shows what is the operator's."""

import logging

from starlette.requests import ClientDisconnect

from pipeline.api.answers import problem_answer
from pipeline.errors import StoreError
from pipeline.problems import Cause, Problem, ProblemError
from pipeline.store.acceptances import StoredAnswer

__all__ = ["Failures"]

_LOG = logging.getLogger(__name__)


class Failures:
    """retry_after: whole seconds, as a header says them."""

    def __init__(self, retry_after: str) -> None:
        self._retry_after = retry_after

    def answer(self, error: Exception) -> StoredAnswer:
        """The answer to a request whose handling ended in `error`."""
        match error:
            case ProblemError(problem=problem):
                return problem_answer(problem)
            case StoreError():
                _LOG.error("%s", error)  # its path and reason are the operator's, not the client's
                detail = "The store cannot be used for now; whether the request was accepted is not known."
                headers = {"Retry-After": self._retry_after}
                return problem_answer(Problem(cause=Cause.STORE_UNAVAILABLE, detail=detail, headers=headers))
            case ClientDisconnect():
                return StoredAnswer(status=400, headers=(), body=b"")  # nobody reads it
            case _:
                _LOG.error("a request failed", exc_info=error)
                return problem_answer(Problem(cause=Cause.INTERNAL, detail="The service failed; its log says how."))
