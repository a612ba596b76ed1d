"""What the twin's store writes down beside the records: changes of state, and commands as they were tried."""

from collections.abc import Callable

from connector.operations import Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.values import replace
from pipeline.record import ShareRecord, Unclaimed
from pipeline.states import ShareState
from reports.history import Attempt, Hop, OpResult, StateChange

__all__ = ["Log"]


class Log:
    """Rows of the history, in the order in which they were written. commander: who commands the clusters."""

    def __init__(self, now: Callable[[], float], commander: Hop) -> None:
        self.changes: list[StateChange] = []
        self.attempts: list[Attempt] = []
        self._now = now
        self._commander = commander

    def changed(
        self,
        record: ShareRecord,
        before: ShareState | None,
        after: ShareState | None,
        *,
        writer: str,
        fence: int | None = None,
        reason: str | None = None,
    ) -> None:
        self.changes.append(
            StateChange(
                number=len(self.changes) + 1,
                at=self._now(),
                share=record.id,
                location=record.location,
                name=record.name,
                before=before,
                after=after,
                writer=writer,
                fence=fence,
                reason=reason,
            )
        )

    def begin(
        self,
        record: ShareRecord,
        verb: Verb,
        began_at: float,
        deadline: float,
        *,
        request_id: str | None = None,
        sequence: int | None = None,
    ) -> int:
        """A command is about to be sent; the number of its row."""
        number = len(self.attempts) + 1
        self.attempts.append(
            Attempt(
                number=number,
                hop=self._commander,
                share=record.id,
                location=record.location,
                name=record.name,
                verb=verb.value,
                tried=record.attempt,
                request_id=request_id,
                sequence=sequence,
                fence=record.fence,
                began_at=began_at,
                deadline=deadline,
            )
        )
        return number

    def note_unclaimed(self, command: Unclaimed) -> int:
        """A command that no claim is held for; the number of its row, which has no end yet."""
        number = len(self.attempts) + 1
        self.attempts.append(
            Attempt(
                number=number,
                hop=self._commander,
                share=command.share,
                location=command.location,
                name=command.name or "",
                verb=command.verb.value,
                tried=command.tried,
                request_id=command.request_id,
                began_at=command.began_at,
                deadline=command.deadline,
            )
        )
        return number

    def end(self, number: int, outcome: Outcome) -> None:
        row = replace(self.attempts[number - 1], ended_at=self._now())
        match outcome:
            case Done():
                row = replace(row, result=OpResult.OK)
            case Failed(code=code, site=site, message=message):
                row = replace(row, result=OpResult.FAIL, code=code, site=site, message=message)
            case Unknown(code=code, site=site, message=message):
                row = replace(row, code=code, site=site, message=message)
        self.attempts[number - 1] = row
