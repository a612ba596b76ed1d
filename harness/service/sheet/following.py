"""Follows the operations that a service promised, so that a share whose create runs is not taken for absent."""

from dataclasses import dataclass

from connector.values import replace
from harness.http_client import HttpClient, HttpRequest, HttpResponse
from harness.service.answer import Answer
from harness.service.sheet.answers import PROMISED, SheetAnswers
from harness.service.sheet.asking import Asking
from harness.service.sheet.promises import (
    UNDER_WAY,
    OperationProgress,
    operation_target,
    progress_of,
)
from harness.service.sheet.shares import Unreadable
from harness.service.sheet.tables import SheetTable
from harness.service.sheet.terms import Follow, SheetRequest
from reports.history import Op, OpResult

__all__ = ["Following"]

_SEE_OTHER = 303
_FORGOTTEN = {404, 410}
"""A service may forget an operation; the share itself then tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    """An operation that runs. target: where it is asked for."""

    asked: SheetRequest
    target: str


class Following:
    """Remembers the operation of each share. Without operation resources it does nothing."""

    def __init__(self, sheet: SheetTable, asking: Asking, answers: SheetAnswers) -> None:
        self._table = sheet.operation if sheet.follow is Follow.OPERATION else None
        self._asking = asking
        self._answers = answers
        self._promises: dict[tuple[str, str], _Promise] = {}

    def promised(self, asked: SheetRequest, op: Op, response: HttpResponse) -> Answer | None:
        """The promise in an answer that names an operation; None for one that names none.

        Also of one that has ended: so a repeated request is answered as the first, whenever it comes.
        """
        if self._table is None or isinstance(accepted := self._answers.accepted(asked, response), Answer):
            return None
        try:
            target = operation_target(self._table, response, accepted.read)
        except Unreadable as error:
            return self._answers.unreadable(response, error)
        if target is None:
            return None
        self._promises[op.location, op.name] = _Promise(asked=asked, target=target)
        return Answer(result=OpResult.OK, status=PROMISED, state=UNDER_WAY[asked])

    async def progress(self, op: Op, http: HttpClient) -> Answer | str | None:
        """The answer while the operation on a share runs; why one has failed that has ended; None for all others."""
        promise = self._promises.get((op.location, op.name))
        if promise is None or self._table is None:
            return None
        request = HttpRequest(
            method="GET", target=promise.target, headers=tuple(self._asking.headers(self._table.headers, {}).items())
        )
        response = await http.send(request)
        if response.status in _FORGOTTEN:
            return self._forget(op, promise, None)
        accepted = self._answers.accepted(SheetRequest.OPERATION, response)
        if isinstance(accepted, Answer) and response.status != _SEE_OTHER:
            return replace(accepted, result=OpResult.INFO)
        try:
            document = None if isinstance(accepted, Answer) else accepted.document
            progress = progress_of(self._table, response.status, document)
        except Unreadable as error:
            return self._answers.unreadable(response, error)
        if progress.stage is OperationProgress.RUNNING:
            return Answer(result=OpResult.OK, status=response.status, state=UNDER_WAY[promise.asked])
        return self._forget(op, promise, progress.reason)

    def _forget(self, op: Op, promise: _Promise, reason: str | None) -> str | None:
        """The operation has ended; a newer one of the same share has not."""
        if self._promises.get((op.location, op.name)) == promise:
            del self._promises[op.location, op.name]
        return reason
