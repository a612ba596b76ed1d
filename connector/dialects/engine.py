"""The engine: a dialect as its data file says, in both directions. It knows no dialect by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.dialects.form import Form
from connector.dialects.parameters import flatten, unflatten
from connector.dialects.reduction import reduce
from connector.dialects.refusals import RefusalForm
from connector.dialects.rows import reply_of, rows_of
from connector.dialects.templates import Template
from connector.dialects.words import join_words, split_words
from connector.errors import CommandError, ReplyError
from connector.operations import Capability, Reply, Request, Verb
from connector.protocol import Refusal, WireReply
from connector.shell.personality import ShellPersonality
from connector.shell.typable import check_typable

__all__ = ["FileDialect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDialect:
    """A `connector.protocol.Dialect` made of templates and forms. `templates`: those with more literals first."""

    name: str
    summary: str
    capabilities: frozenset[Capability]
    templates: Sequence[Template]
    forms: Mapping[Verb, Form]
    refusals: RefusalForm
    shell: ShellPersonality | None = None

    @property
    def takes_exec(self) -> bool:
        """Whether commands go to the connector by exec rather than at a prompt."""
        return self.shell is None or self.shell.exec

    @property
    def usage(self) -> tuple[str, ...]:
        """The command templates, for a reader."""
        return tuple(template.text for template in self.templates)

    def template(self, verb: Verb) -> Template | None:
        return next((template for template in self.templates if template.verb is verb), None)

    def command(self, request: Request) -> str:
        """Drops what the capabilities do not carry (`reduce`). Raises `CommandError` for what cannot be spelled."""
        template = self.template(request.verb)
        if template is None:
            raise CommandError(f"the dialect {self.name} has no {request.verb}")
        line = join_words(template.write(flatten(reduce(request, self.capabilities))))
        return line if self.takes_exec else check_typable(line)

    def request(self, line: str) -> Request:
        words = split_words(line)
        first = words[0] if words else None
        complaint: CommandError | None = None
        for template in self.templates:
            literals = template.literals
            # The first word tells nearly all templates apart, and is the cheaper question.
            if literals[0] == first and literals == tuple(words[: (size := len(literals))]):
                try:
                    return unflatten(template.verb, template.read(words[size:]))
                except CommandError as error:
                    complaint = complaint or error
        if complaint is not None:
            raise complaint
        accepted = ", ".join(sorted({" ".join(template.literals) for template in self.templates}))
        raise CommandError(f"{' '.join(words[:2])!a} is not a command; accepted: {accepted}")

    def render(self, verb: Verb | None, answer: Reply | Refusal) -> WireReply:
        if isinstance(answer, Refusal):
            return self.refusals.write(answer)
        assert verb is not None, "what could not be read cannot have succeeded"
        return WireReply(status=0, stdout=self.forms[verb].write(rows_of(answer)))

    def reply(self, verb: Verb, wire: WireReply) -> Reply | Refusal:
        try:
            refusal = self._refusal(wire)
            return reply_of(verb, self.forms[verb].read(wire.stdout)) if refusal is None else refusal
        except KeyError as error:
            raise ReplyError(f"the dialect {self.name} has no {verb}") from error
        except ValueError as error:
            raise ReplyError(f"{verb}: {error}") from error

    def _refusal(self, wire: WireReply) -> Refusal | None:
        """None: it is to be read as success. Raises `ValueError` for a failure whose text is no refusal."""
        if wire.status == 0:
            return None
        try:
            return self.refusals.read(wire)
        except ValueError:
            if wire.status is not None:
                raise
        return None  # no status at all: the text alone says which it is
