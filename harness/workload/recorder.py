"""Ops and attempts of the clients as rows of the history: open from the moment they are asked."""

from collections.abc import Callable

from connector.values import replace
from harness.service.answer import Answer
from reports.history import Attempt, Hop, Op, OpResult

__all__ = ["Recorder"]


class Recorder:
    """Numbers the rows and keeps them. `now`: seconds since the load began. asked, tried: rows that there were before.

    A row that nobody closes (the run was cut short) stays as it was asked: `info`, without an end.
    """

    def __init__(self, now: Callable[[], float], *, asked: int = 0, tried: int = 0) -> None:
        self.now = now
        self._asked = asked
        self._tried = tried
        self._ops: dict[int, Op] = {}
        self._attempts: dict[int, Attempt] = {}

    @property
    def asked(self) -> int:
        """How many ops have been opened."""
        return self._asked

    @property
    def ops(self) -> tuple[Op, ...]:
        return tuple(self._ops.values())

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(self._attempts.values())

    def invoke(self, draft: Op) -> Op:
        """Open an op; its number and `invoked_at` are given here."""
        self._asked += 1
        op = replace(draft, number=self._asked, invoked_at=self.now())
        self._ops[op.number] = op
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
        self._ops[op.number] = done
        return done

    def begin(self, op: Op, tried: int) -> Attempt:
        """Open one try of an op."""
        self._tried += 1
        attempt = Attempt(
            number=self._tried,
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
        self._attempts[attempt.number] = attempt
        if tried > 1:
            self._ops[op.number] = replace(op, tries=tried)
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
        self._attempts[attempt.number] = ended
        return ended
