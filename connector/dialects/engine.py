"""The engine: a dialect as its data file says, in both directions. It knows no dialect by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from connector.dialects.asked_command import AskedCommand
from connector.dialects.list_talk import ListTalk
from connector.dialects.parameters import flatten
from connector.dialects.places import Places
from connector.dialects.quoting import Quoting
from connector.dialects.reduction import reduced
from connector.dialects.refusal_form import RefusalForm
from connector.dialects.reply_reader import Heard, ReplyReader
from connector.dialects.reply_renderer import ReplyRenderer
from connector.dialects.responder import Responder
from connector.dialects.rows import reply_of
from connector.dialects.steps import OperationStep, StepRole, Steps
from connector.dialects.talk import Talk
from connector.dialects.templates import Template
from connector.dialects.words import checked_line
from connector.errors import CommandError
from connector.operations import Capability, Mutation, Reply, Request, Verb
from connector.protocol import Refusal, WireReply
from connector.shell.personality import ShellPersonality
from connector.shell.typable import check_typable

__all__ = ["FileDialect"]

_OF_ITS_KIND = frozenset({StepRole.WHOLE, StepRole.BEGIN, StepRole.FINISH})
_LONGEST_WORD = 255
_WORDS = ("name", "mark", "snapshot", "client")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDialect:
    """A `connector.protocol.Dialect` made of templates and forms.

    steps: the commands of each verb that it has. size_step: bytes; sizes are rounded up to a multiple of it. carried:
    the parameters of each verb that its commands tell. statuses: the connector gives an exit status. takes_any_text:
    any name can be spelled. samples: of names and so on, by their field. shell: how its prompt is used. tells_all:
    nothing that is asked or answered is lost in its words.
    """

    name: str
    summary: str
    capabilities: frozenset[Capability]
    steps: Steps
    refusals: RefusalForm
    places: Places
    units: Mapping[str, int]
    reader: ReplyReader
    renderer: ReplyRenderer
    size_step: int
    carried: Mapping[Verb, frozenset[str]]
    statuses: bool
    takes_any_text: bool
    samples: Mapping[str, str]
    quoting: Quoting
    shell: ShellPersonality | None = None
    tells_all: bool = False

    @property
    def takes_exec(self) -> bool:
        """Whether commands go to the connector by exec rather than at a prompt."""
        return self.shell is None or self.shell.exec

    @property
    def hides_half_made(self) -> bool:
        """Whether a half-made share is not listed: a command of its own has to tell it from a whole one, and what the
        first command of a create makes is nothing that a list could show."""
        by_another = any(step.missing == "incomplete" for step in self.steps[Verb.SHOW])
        return by_another and "size" not in self._told_first

    @property
    def marks_half_made(self) -> bool:
        """Whether a half-made share says whose it is: the first command of a create tells the mark."""
        return "mark" in self._told_first

    @property
    def _told_first(self) -> frozenset[str]:
        """What the first command of a create tells of the share."""
        return frozenset(place.field for place in self.steps[Verb.CREATE][0].spellings[0].places)

    @property
    def lacking_resize(self) -> str:
        """What it cannot do to the size of a share, in words; empty where it can do all."""
        if not self.knows(Verb.RESIZE):
            return "has no resize"
        changes = {step.when for step in self.steps[Verb.RESIZE] if step.when is not None}
        if len(changes) != 1:
            return ""
        return "makes no share smaller" if "grows" in changes else "makes no share larger"

    def commands_of(self, verb: Verb) -> int:
        """How many commands of that kind one operation takes: those that only need or show the share are of another."""
        return sum(step.role in _OF_ITS_KIND and step.when is None for step in self.steps.get(verb, ()))

    @property
    def request_ids(self) -> bool:
        """Whether a create carries its request id from its first command on, so that one that comes again is known."""
        return all(self._tells_request(step) for step in self.steps[Verb.CREATE])

    @staticmethod
    def _tells_request(step: OperationStep) -> bool:
        return any(place.field == "request_id" for place in step.spellings[0].places)

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

    def templates(self) -> Iterator[tuple[OperationStep, Template]]:
        """Every spelling of every command."""
        for step in self.all_steps():
            for template in step.spellings:
                yield step, template

    def knows(self, verb: Verb) -> bool:
        """Whether it has a command for the verb."""
        return verb in self.steps

    def shows_each(self, verb: Verb) -> bool:
        """Whether a look at each share follows."""
        return self.steps[verb][-1].shows_each

    def is_one_command(self, verb: Verb) -> bool:
        """Whether one command is all of the operation."""
        return len(self.steps[verb]) == 1 and not self.shows_each(verb)

    def reduced(self, request: Request) -> Request:
        """What its commands carry of the request: no more than the capabilities, and sizes as the connector rounds."""
        return reduced(request, self.carried[request.verb], self.size_step)

    def surely_spells(self, request: Request) -> bool:
        """Whether its commands can carry the request for certain: it takes any text, and all words of the request print
        and are no longer than a share's name may be."""
        if not self.takes_any_text:
            return False
        words = [getattr(request, word, None) or "" for word in _WORDS]
        if isinstance(request, Mutation):
            words.append(request.stamp.request_id or "")
        text = "".join(words)
        return text.isprintable() and (len(text) <= _LONGEST_WORD or max(map(len, words)) <= _LONGEST_WORD)

    def talk(self, request: Request) -> Talk:
        """The client's side of an operation. Raises `CommandError` where the dialect lacks it."""
        if request.verb not in self.steps:
            raise CommandError(f"the dialect {self.name} has no {request.verb}")
        return ListTalk(self, request) if self.shows_each(request.verb) else Talk(self, request)

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
        values = flatten(ask.request)
        try:
            line = checked_line(ask.step.spellings[0].line({**ask.places, **values} if ask.places else values))
        except KeyError as error:
            raise CommandError(f"{error.args[0]} was not told by any reply before") from error
        return line if self.takes_exec else check_typable(line)

    def render(self, ask: AskedCommand | None, answer: Reply | Refusal) -> WireReply:
        """Spell an answer. `ask` None: the command line could not be read."""
        return self.renderer.render(ask, answer)

    def reply(self, ask: AskedCommand, wire: WireReply) -> Reply | Refusal:
        """Read the answer to an operation of one command. Raises `ReplyError` where it is not of the dialect."""
        heard = self.reader.read(ask, wire)
        return heard if isinstance(heard, Refusal) else reply_of(ask.verb, heard.rows)

    def read(self, ask: AskedCommand, wire: WireReply) -> Heard | Refusal:
        """Read the answer to one command. Raises `ReplyError`."""
        return self.reader.read(ask, wire)
