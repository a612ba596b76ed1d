"""What is answered where a handler raises: each error has one answer, and none shows what is the operator's."""

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from pipeline.errors import StoreError
from pipeline.problems import Cause, Problem, ProblemError, problem_response

__all__ = ["Failures"]

_LOG = logging.getLogger(__name__)


class Failures:
    """retry_after: whole seconds, as a header says them."""

    def __init__(self, retry_after: str) -> None:
        self._retry_after = retry_after

    def answer(self, error: Exception) -> Response:
        """The answer to a request whose handling ended in `error`."""
        match error:
            case ProblemError(problem=problem):
                return problem_response(problem)
            case StoreError():
                _LOG.error("%s", error)  # its path and reason are the operator's, not the client's
                detail = "The store cannot be used for now; whether the request was accepted is not known."
                headers = {"Retry-After": self._retry_after}
                return problem_response(Problem(cause=Cause.STORE_UNAVAILABLE, detail=detail, headers=headers))
            case ClientDisconnect():
                return Response(status_code=400)  # nobody reads it
            case _:
                _LOG.error("a request failed", exc_info=error)
                return problem_response(Problem(cause=Cause.INTERNAL, detail="The service failed; its log says how."))
