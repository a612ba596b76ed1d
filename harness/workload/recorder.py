"""Ops and attempts of the clients as rows of the history: open from the moment they are asked."""

from collections.abc import Callable

from connector.values import replace
from harness.service.answer import Answer
from reports.history import Attempt, Hop, Op, OpResult

__all__ = ["Recorder"]


class Recorder:
    """Numbers the rows and keeps them. `now`: seconds since the load began.

    A row that nobody closes (the run was cut short) stays as it was asked: `info`, without an end.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._ops: list[Op] = []
        self._attempts: list[Attempt] = []

    @property
    def ops(self) -> tuple[Op, ...]:
        return tuple(self._ops)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(self._attempts)

    def invoke(self, draft: Op) -> Op:
        """Open an op; its number and `invoked_at` are given here."""
        op = replace(draft, number=len(self._ops) + 1, invoked_at=self.now())
        self._ops.append(op)
        return op

    def complete(self, op: Op, answer: Answer, tries: int) -> Op:
        """Close an op with what its last telling answer said."""
        done = replace(
            op,
            completed_at=self.now(),
            result=answer.result,
            status=answer.status,
            cause=answer.cause,
            share=answer.share,
            state=answer.state,
            reason=answer.reason,
            tries=tries,
        )
        self._ops[op.number - 1] = done
        return done

    def begin(self, op: Op, tried: int) -> Attempt:
        """Open one try of an op."""
        attempt = Attempt(
            number=len(self._attempts) + 1,
            hop=Hop.CLIENT,
            op=op.number,
            location=op.location,
            name=op.name,
            verb=op.kind.value,
            tried=tried,
            request_id=op.key,
            began_at=self.now(),
            result=OpResult.INFO,
        )
        self._attempts.append(attempt)
        if tried > 1:
            self._ops[op.number - 1] = replace(op, tries=tried)
        return attempt

    def end(self, attempt: Attempt, answer: Answer) -> Attempt:
        """Close one try."""
        ended = replace(
            attempt,
            ended_at=self.now(),
            result=answer.result,
            status=answer.status,
            code=answer.code,
            site=answer.site,
            message=answer.message,
            share=answer.share,
        )
        self._attempts[attempt.number - 1] = ended
        return ended
