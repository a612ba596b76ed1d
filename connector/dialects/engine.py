"""The engine: a dialect as its data file says, in both directions. It knows no dialect by name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from connector.codes import Code
from connector.dialects.asked_command import AskedCommand
from connector.dialects.jobs import JobNews
from connector.dialects.numbers import Numbers
from connector.dialects.parameters import flatten
from connector.dialects.places import Places
from connector.dialects.reduction import reduce
from connector.dialects.refusals import RefusalForm
from connector.dialects.responder import Responder
from connector.dialects.rows import Row, is_single, reply_of, rows_of
from connector.dialects.sizes import rounded
from connector.dialects.steps import FollowedJob, OperationStep, StepRole
from connector.dialects.talk import Talk
from connector.dialects.templates import Template
from connector.dialects.words import join_words
from connector.errors import CommandError, ReplyError
from connector.operations import Capability, Create, Delete, List, Mutation, Reply, Request, Resize, Verb
from connector.protocol import Refusal, WireReply
from connector.shell.personality import ShellPersonality
from connector.shell.typable import check_typable
from connector.values import replace

__all__ = ["FileDialect", "Heard", "Noise"]

_MUTATION = get_args(Mutation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply that is success: its rows, and the values of the dialect's own places."""

    rows: list[Row]
    places: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Lines that are left out of every reply; samples: those that a fake writes before it."""

    patterns: Sequence[re.Pattern[str]]
    samples: Sequence[str]

    def without(self, text: str) -> str:
        kept = [line for line in text.splitlines(keepends=True) if not self._is(line.rstrip("\r\n"))]
        return "".join(kept)

    def _is(self, line: str) -> bool:
        return any(pattern.fullmatch(line) for pattern in self.patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDialect:
    """A `connector.protocol.Dialect` made of templates and forms.

    steps: the commands of each verb that it has. size_step: bytes; sizes are rounded up to a multiple of it. carried:
    the parameters of each verb that its commands tell. statuses: the connector gives an exit status. takes_any_text:
    any name can be spelled. shell: how its prompt is used. tells_all: nothing that is asked or answered is lost in its
    words.
    """

    name: str
    summary: str
    capabilities: frozenset[Capability]
    steps: Mapping[Verb, Sequence[OperationStep]]
    refusals: RefusalForm
    places: Places
    units: Mapping[str, int]
    noise: Noise | None
    size_step: int
    carried: Mapping[Verb, frozenset[str]]
    statuses: bool
    takes_any_text: bool
    shell: ShellPersonality | None = None
    tells_all: bool = False

    @property
    def takes_exec(self) -> bool:
        """Whether commands go to the connector by exec rather than at a prompt."""
        return self.shell is None or self.shell.exec

    @property
    def hides_half_made(self) -> bool:
        """Whether a half-made share is not listed: a command of its own has to tell it from a whole one."""
        return any(step.missing == "incomplete" for step in self.steps[Verb.SHOW])

    @property
    def request_ids(self) -> bool:
        """Whether its commands carry request ids, so that a repeated command is known to be the same."""
        return "request_id" in self.carried[Verb.CREATE]

    @property
    def usage(self) -> tuple[str, ...]:
        """The commands, for a reader."""
        return tuple(template.text for step in self.all_steps() for template in step.spellings[:1])

    def all_steps(self) -> Iterator[OperationStep]:
        """Every command, with those that undo and those that follow a job."""
        for steps in self.steps.values():
            for step in steps:
                if step.role is not StepRole.LOOK:
                    yield step
                yield from filter(None, (step.undo, step.job and step.job.step))

    def knows(self, verb: Verb) -> bool:
        """Whether it has a command for the verb."""
        return verb in self.steps

    def reduced(self, request: Request) -> Request:
        """What its commands carry of the request: no more than the capabilities, and sizes as the connector rounds."""
        request = reduce(request, self.capabilities)
        carried = self.carried[request.verb]
        if isinstance(request, Create | Delete | List) and request.mark is not None and "mark" not in carried:
            request = replace(request, mark=None)
        if isinstance(request, _MUTATION) and request.stamp.request_id is not None and "request_id" not in carried:
            request = replace(request, stamp=replace(request.stamp, request_id=None))
        if self.size_step > 1 and isinstance(request, Create | Resize):
            request = replace(request, size=rounded(request.size, self.size_step))
        return request

    def talk(self, request: Request) -> Talk:
        """The client's side of an operation."""
        if request.verb not in self.steps:
            raise CommandError(f"the dialect {self.name} has no {request.verb}")
        return Talk(self, request)

    def responder(self, size_of: Callable[[str], int | None] = lambda name: None) -> Responder:
        """A fake's side. size_of: of the share of that name now, where it is there."""
        return Responder(self, size_of)

    def command(self, request: Request) -> str:
        """The first command of an operation. Drops what the dialect does not carry (`reduced`). Raises `CommandError`
        for what cannot be spelled."""
        return self.talk(request).line

    def request(self, line: str) -> Request:
        """The request that a command line spells. Raises `CommandError`."""
        return self.responder().read(line).request

    def line(self, ask: AskedCommand) -> str:
        """Spell one command. Raises `CommandError`."""
        assert ask.request is not None
        assert ask.step is not None
        try:
            line = join_words(ask.step.spellings[0].write({**ask.places, **flatten(ask.request)}))
        except KeyError as error:
            raise CommandError(f"{error.args[0]} was not told by any reply before") from error
        return line if self.takes_exec else check_typable(line)

    def render(self, ask: AskedCommand | None, answer: Reply | Refusal, numbers: Numbers | None = None) -> WireReply:
        """Spell an answer. `ask` None: the command line could not be read. numbers: of the shares in it."""
        asked = {} if ask is None else _asked(ask)
        if isinstance(answer, Refusal):
            wire = self.refusals.write(None if ask is None else ask.verb, answer, asked)
            return self._sent(wire if self.statuses else replace(wire, status=None))
        assert ask is not None, "what could not be read cannot have succeeded"
        rows, form = rows_of(answer), self._step(ask).form
        assert form is not None, "only jobs have none"
        if numbers is not None:
            for place in self.places.of_shares:
                for row in rows:
                    row[place] = numbers.of_share(row["name"])
        text = form.write(rows, asked)
        return self._sent(WireReply(status=0 if self.statuses else None, stdout=text))

    def render_news(self, ask: AskedCommand, news: JobNews) -> WireReply:
        """Spell how far a job is."""
        job = self._job(ask)
        text = {JobNews.RUNNING: job.running, JobNews.DONE: job.done, JobNews.FAILED: job.failed}[news][0]
        told = {**_asked(ask), "message": "the share is not there"}
        return self._sent(WireReply(status=0 if self.statuses else None, stdout=f"{text.write(told)}\n"))

    def reply(self, ask: AskedCommand, wire: WireReply) -> Reply | Refusal:
        """Read the answer to an operation of one command. Raises `ReplyError` where it is not of the dialect."""
        heard = self.read(ask, wire)
        return heard if isinstance(heard, Refusal) else reply_of(ask.verb, heard.rows)

    def read(self, ask: AskedCommand, wire: WireReply) -> Heard | Refusal:
        """Read the answer to one command. Raises `ReplyError`."""
        try:
            wire = self._received(wire)
            if wire.status in (0, None) or not self.statuses:
                return self._success(ask, wire)
            return self.refusals.read(ask.verb, wire)
        except KeyError as error:
            raise ReplyError(f"the dialect {self.name} has no {ask.verb}") from error
        except ValueError as error:
            raise ReplyError(f"{ask.verb}: {error}") from error

    def read_news(self, ask: AskedCommand, wire: WireReply) -> JobNews | Refusal:
        """Read how far a job is. Raises `ReplyError`."""
        wire, job, text = self._received(wire), self._job(ask), ""
        text = "\n".join(part for part in (wire.stdout.strip("\r\n"), wire.stderr.strip("\r\n")) if part)
        for news, texts in ((JobNews.RUNNING, job.running), (JobNews.DONE, job.done), (JobNews.FAILED, job.failed)):
            for known in texts:
                found: Row = {}
                if known.read(text, found):
                    return news if news is not JobNews.FAILED else self._failed(ask, found.get("message", text))
        refusal = self.refusals.find(ask.verb, text)
        if refusal is None:
            raise ReplyError(f"{ask.verb}: {text[:200]!a} says nothing of the job")
        return refusal

    def fields_of(self, row: Row) -> Row:
        """Without the dialect's own places."""
        own = self.places.own
        return {name: value for name, value in row.items() if name not in own}

    def _success(self, ask: AskedCommand, wire: WireReply) -> Heard | Refusal:
        if wire.status is None or self.refusals.may_succeed:
            try:
                return self.refusals.read(ask.verb, wire)
            except ValueError:
                pass  # it is no refusal: then it has to be success
        step, own = self._step(ask), self.places.own
        assert step.form is not None
        rows = step.form.read(wire.stdout, _asked(ask))
        is_alone = (
            len(self.steps[step.verb]) == 1
        )  # of several commands, a further one may tell of many parts of a share
        if is_single(step.reply_of) and (not rows or (is_alone and len(rows) > 1)):
            raise ValueError(f"one share was expected, not {len(rows)}")
        if not own:
            return Heard(rows=rows, places=_NONE)
        places = {name: value for row in rows[:1] for name, value in row.items() if name in own}
        return Heard(rows=[self.fields_of(row) for row in rows], places=places)

    def _step(self, ask: AskedCommand) -> OperationStep:
        return self.steps[ask.verb][-1] if ask.step is None else ask.step

    def _job(self, ask: AskedCommand) -> FollowedJob:
        return next(step.job for step in self.steps[ask.verb] if step.job is not None and step.job.step == ask.step)

    def _failed(self, ask: AskedCommand, message: str) -> JobNews | Refusal:
        return self.refusals.find(ask.verb, message) or Refusal(code=Code.INTERNAL, message=message)

    def _sent(self, wire: WireReply) -> WireReply:
        if self.noise is None or not self.noise.samples:
            return wire
        return replace(wire, stdout="".join(f"{line}\n" for line in self.noise.samples) + wire.stdout)

    def _received(self, wire: WireReply) -> WireReply:
        if self.noise is None:
            return wire
        return replace(wire, stdout=self.noise.without(wire.stdout), stderr=self.noise.without(wire.stderr))

    def templates(self) -> Iterator[tuple[OperationStep, Template]]:
        """Every spelling of every command."""
        for step in self.all_steps():
            for template in step.spellings:
                yield step, template


_NONE: Mapping[str, Any] = {}


def _asked(ask: AskedCommand) -> Mapping[str, Any]:
    if ask.request is None:
        return ask.places
    return {**flatten(ask.request), **ask.places}
