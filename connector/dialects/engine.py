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
        return join_words(template.write(flatten(reduce(request, self.capabilities))))

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
            if wire.status == 0:
                return reply_of(verb, self.forms[verb].read(wire.stdout))
            return self.refusals.read(wire)
        except KeyError as error:
            raise ReplyError(f"the dialect {self.name} has no {verb}") from error
        except ValueError as error:
            raise ReplyError(f"{verb}: {error}") from error
