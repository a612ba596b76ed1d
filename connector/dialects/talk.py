"""The client's side of one operation: its commands one after the other, and what their replies add up to."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

from connector.codes import Code, is_definite
from connector.dialects.asked_command import AskedCommand
from connector.dialects.jobs import JobNews, news_of
from connector.dialects.parameters import flatten
from connector.dialects.rows import Row, reply_of, rows_of
from connector.dialects.steps import OperationStep, StepRole, asked_by
from connector.operations import (
    Delete,
    DoneReply,
    List,
    ListReply,
    Mutation,
    Reply,
    Request,
    Resize,
    ShareView,
    Verb,
)
from connector.protocol import Refusal, WireReply
from connector.values import replace

if TYPE_CHECKING:
    from connector.dialects.engine import FileDialect

__all__ = ["Talk", "carries"]

_DONE = DoneReply()
_MUTATIONS = get_args(Mutation)
_MISLEADING = frozenset({Code.ALREADY_EXISTS, Code.NOT_FOUND})
"""Said of another thing than the share where a later command of an operation is refused so."""


class Talk:
    """Send `line`, tell `heard` what came, and so on until that says how it ended.

    request: what the dialect carries of what is wanted. pause: seconds to wait before `line` is sent. accepted: the
    connector has started a job, so that it is done as far as its command goes.
    """

    __slots__ = (
        "_ask",
        "_begun",
        "_dialect",
        "_places",
        "_queue",
        "_refusal",
        "_row",
        "_wanted",
        "accepted",
        "pause",
        "request",
    )

    def __init__(self, dialect: "FileDialect", request: Request) -> None:
        self._dialect = dialect
        self._wanted = request
        self._queue: list[OperationStep] = list(dialect.steps[request.verb])
        self._begun: list[OperationStep] = []
        self._places: dict[str, Any] = {}
        self._refusal: Refusal | None = None
        self._row: Row = {}
        self._ask: AskedCommand | None = None
        self.request = dialect.reduced(request)
        self.pause = 0.0
        self.accepted = False

    @property
    def ask(self) -> AskedCommand:
        """The command that is to be sent. A look at the share is answered as any `show` is, whatever it is for."""
        ask, step = self._ask, self._queue[0]
        if ask is None or ask.step is not step:
            ask = AskedCommand(verb=step.verb, request=self.request, step=step, places=self._places)
            self._ask = ask
        return ask

    @property
    def line(self) -> str:
        """Its text, quoted for the remote shell. Raises `CommandError`; before the first, for what a later one cannot
        tell: nothing is begun that cannot be finished."""
        if not self._begun and len(self._queue) > 1:
            self._check_later()
        return self._dialect.line(self.ask)

    def _check_later(self) -> None:
        values = flatten(self.request)
        for step in self._queue[1:]:
            with suppress(KeyError):  # what a reply has yet to tell
                step.spellings[0].line(values)

    @property
    def is_surely_spelled(self) -> bool:
        """Whether its commands can be spelled for certain, without trying."""
        return self._dialect.surely_spells(self.request)

    @property
    def tells_all(self) -> bool:
        """Whether nothing that is asked or answered is lost in the dialect's words."""
        return self._dialect.tells_all

    @property
    def part(self) -> Request:
        """What it asks of a cluster: a part of the request, where there are several commands."""
        return asked_by(self._queue[0], self.request)

    def heard(self, answer: Reply | Refusal | WireReply) -> Reply | Refusal | None:
        """How it ended; None: send `line`. Raises `ReplyError` for what is not of the dialect."""
        step = self._queue[0]
        if step.role is StepRole.JOB:
            return self._followed(step, self._news(step, answer))
        if isinstance(answer, WireReply):
            answer = self._read(answer)
        elif not isinstance(answer, Refusal) and len(self._queue) > 1:
            self._row |= next(iter(rows_of(answer)), {})
        if step.role is StepRole.UNDO:
            return self._undone(answer)
        if isinstance(answer, Refusal):
            if answer.code is not Code.NOT_FOUND or step.missing is None:
                return self._refused(answer)
            answer = _DONE
            if step.missing == "incomplete":
                self._row["complete"] = False
        return self._go_on(step, answer)

    def _read(self, wire: WireReply) -> Reply | Refusal:
        heard = self._dialect.reader.read(self.ask, wire)
        if isinstance(heard, Refusal):
            return heard
        self._places.update(heard.places)
        if self._queue[0].reply_of is Verb.SHOW and heard.rows:
            self._row.update(heard.rows[0])
            return _DONE
        return reply_of(self.request.verb, heard.rows)

    def _go_on(self, step: OperationStep, answer: Reply) -> Reply | Refusal | None:
        """After a command that was done."""
        self._begun.append(step)
        if step.job is not None and not self.accepted:
            self._queue[0] = step.job.step
            self.pause, self.accepted = step.job.every, True
            return None
        del self._queue[0]
        if step.role is StepRole.LOOK and (foreign := self._looked()) is not None:
            return foreign
        while self._queue and not self._applies(self._queue[0]):
            del self._queue[0]
        if not self._queue and step.role is StepRole.LOOK and (wrong := self._cannot_change()) is not None:
            return wrong
        return None if self._queue else self._ended(answer)

    def _looked(self) -> Refusal | None:
        """The share was seen before it is changed: whose it is, and by how much its size is to change."""
        request, wanted = self.request, self._wanted
        mark = wanted.mark if isinstance(wanted, Delete) else None
        if mark is not None and self._row.get("mark", mark) != mark:
            return Refusal(code=Code.NOT_FOUND, message="no share of that name with that mark")
        if isinstance(request, Resize) and "size" in self._row:
            self._places["growth"] = max(0, request.size - self._row["size"])
            self._places["shrinkage"] = max(0, self._row["size"] - request.size)
        return None

    def _cannot_change(self) -> Refusal | None:
        """No command is left after the look: the share is as it should be, or there is none that changes it so."""
        for change, how in (("growth", "larger"), ("shrinkage", "smaller")):
            if self._places.get(change, 0) > 0:
                return Refusal(code=Code.UNSUPPORTED, message=f"this connector makes no share {how}")
        return None

    def _applies(self, step: OperationStep) -> bool:
        return step.when is None or self._places.get("growth" if step.when == "grows" else "shrinkage", 0) > 0

    def _ended(self, answer: Reply) -> Reply | Refusal:
        wanted = self._wanted
        if wanted.verb is Verb.SHOW and self._row:
            # Of a half-made share some connectors do not tell the size.
            return reply_of(Verb.SHOW, [{"size": 0} | self._dialect.reader.fields_of(self._row)])
        if isinstance(wanted, List) and isinstance(answer, ListReply) and wanted != self.request:
            return replace(answer, shares=tuple(share for share in answer.shares if carries(share, wanted.mark)))
        if isinstance(wanted, Resize) and isinstance(self.request, Resize) and self.request.size != wanted.size:
            return DoneReply(size=self.request.size)
        return _DONE if isinstance(wanted, _MUTATIONS) else answer

    def _refused(self, refusal: Refusal) -> Refusal | None:
        """Take back what was begun, where the refusal is certain; else the share itself has to be looked at."""
        begun = [step for step in self._begun if step.role is not StepRole.LOOK]
        undo = [step.undo for step in reversed(begun) if step.undo is not None]
        if not is_definite(refusal.code) or not begun or not isinstance(self.request, _MUTATIONS):
            return refusal
        self._refusal = refusal
        self._queue = undo
        return None if undo else self._certainty()

    def _undone(self, answer: Reply | Refusal) -> Refusal | None:
        assert self._refusal is not None
        if isinstance(answer, Refusal) and answer.code is not Code.NOT_FOUND:
            message = f"{self._refusal.message}; and what was begun could not be undone: {answer.message}"
            return Refusal(code=Code.INTERNAL, message=message)
        del self._queue[0]
        return None if self._queue else self._refusal_of(undone=True)

    def _certainty(self) -> Refusal:
        return self._refusal_of(undone=all(step.role in (StepRole.LOOK, StepRole.CHECK) for step in self._begun))

    def _refusal_of(self, *, undone: bool) -> Refusal:
        assert self._refusal is not None
        is_gone = isinstance(self.request, Delete) and self._refusal.code is Code.NOT_FOUND
        if undone and (is_gone or self._refusal.code not in _MISLEADING):
            return self._refusal
        return replace(self._refusal, code=Code.INTERNAL)

    def _news(self, step: OperationStep, answer: Reply | Refusal | WireReply) -> JobNews | Refusal:
        if isinstance(answer, WireReply):
            return self._dialect.reader.read_news(self.ask, answer)
        return news_of(self.request, answer)

    def _followed(self, step: OperationStep, news: JobNews | Refusal) -> Reply | Refusal | None:
        if news is JobNews.RUNNING:
            return None
        self.pause, self.accepted = 0.0, False
        if news is JobNews.DONE:
            return self._go_on(replace(step, job=None), _DONE)
        failed = news if isinstance(news, Refusal) else Refusal(code=Code.INTERNAL, message="the job failed")
        return self._refused(failed)


def carries(share: ShareView, mark: str | None) -> bool:
    """Whether a list of that mark shows the share."""
    return mark is None or (share.mark is not None and (share.mark == mark or share.mark.startswith(f"{mark}/")))
