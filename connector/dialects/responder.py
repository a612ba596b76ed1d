"""A fake's side of a dialect: reads each command line as what it asks of the cluster, and spells the answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from connector.codes import Code
from connector.dialects.asked_command import AskedCommand
from connector.dialects.jobs import news_of
from connector.dialects.numbers import Numbers
from connector.dialects.parameters import unflatten
from connector.dialects.sizes import finish_sizes
from connector.dialects.steps import OperationStep, StepRole, asked_by
from connector.dialects.templates import Template
from connector.errors import CommandError
from connector.operations import DoneReply, ListReply, Reply, Request, ShareView, ShowReply, SnapshotsReply, Verb
from connector.protocol import Refusal, WireReply
from connector.values import fast_frozen, replace

if TYPE_CHECKING:
    from connector.dialects.engine import FileDialect

__all__ = ["ReadCommand", "Responder"]


_NONE: Mapping[str, Any] = {}
_NO_SIZE = -1
"""Of a command that tells none."""


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCommand:
    """A command line that was read. request: what it asks of the cluster."""

    request: Request
    ask: AskedCommand


class Responder:
    """One cluster's. size_of: of the share of that name now, for commands that tell by how much it is to change."""

    def __init__(self, dialect: "FileDialect", size_of: Callable[[str], int | None]) -> None:
        self._dialect = dialect
        self._size_of = size_of
        self._numbers = Numbers()
        self._by_literals: dict[tuple[str, ...], list[tuple[OperationStep, Template]]] = {}
        for step, template in dialect.templates():
            self._by_literals.setdefault(template.literals, []).append((step, template))
        self._lengths = sorted({len(literals) for literals in self._by_literals}, reverse=True)
        told = {place.name for found in self._by_literals.values() for _, one in found for place in one.places}
        self._tells_growth = any(name.startswith(("growth", "shrinkage")) for name in told)
        self._splits_sizes = any(name.endswith(("_number", "_unit")) for name in told)

    def read(self, line: str) -> ReadCommand:
        """Raises `CommandError` saying what is accepted."""
        words = self._dialect.quoting.split(line)
        joined = "".join([f"{word}\0" for word in words])
        complaint: CommandError | None = None
        for step, template in self._candidates(words):
            try:
                values = template.matches(joined)
                if values is not None:
                    return self._command(step, values)
            except CommandError as error:
                complaint = complaint or error
        for step, template in self._candidates(words):
            try:
                return self._command(step, template.read(words))
            except CommandError as error:
                complaint = complaint or error
        raise complaint or self._unknown(words)

    def _candidates(self, words: Sequence[str]) -> Iterator[tuple[OperationStep, Template]]:
        """Those that begin with the same words, most of them first."""
        for length in self._lengths:
            yield from self._by_literals.get(tuple(words[:length]), ())

    def render(self, command: ReadCommand | None, answer: Reply | Refusal) -> WireReply:
        """Spell what the cluster answered. None: the line could not be read."""
        renderer = self._dialect.renderer
        if command is None:
            return renderer.render(None, answer)
        ask, step = command.ask, command.ask.step
        assert step is not None
        if step.role is StepRole.JOB:
            news = news_of(ask.request, answer)
            return renderer.render(ask, news) if isinstance(news, Refusal) else renderer.render_news(ask, news)
        if step.missing is not None and isinstance(answer, ShowReply) and not answer.share.complete:
            answer = Refusal(code=Code.NOT_FOUND, message="it is not there")
        if isinstance(answer, ListReply) and self._dialect.hides_half_made:
            answer = replace(answer, shares=tuple(share for share in answer.shares if share.complete))
        if not self._dialect.places.own:
            return renderer.render(ask, answer)
        return renderer.render(replace(ask, places=self._places(ask)), answer, self._numbers)

    def note_job(self, number: str, request: Request) -> None:
        """A job that a connector has begun, in a transcript: commands may follow it from then on."""
        self._numbers.note_job(number, request)

    def expected(self, command: ReadCommand) -> str:
        """What this fake would say if all were well, as an example of a reply that is understood."""
        share = ShareView(name=getattr(command.request, "name", "share1"), size=self._dialect.size_step)
        asked: Reply = DoneReply()
        match command.request.verb:
            case Verb.SHOW:
                asked = ShowReply(share=share)
            case Verb.LIST:
                asked = ListReply(shares=(share,))
            case Verb.SNAPSHOT_LIST:
                asked = SnapshotsReply()
            case _:
                pass
        return self.render(command, asked).stdout.rstrip("\n") or "nothing"

    def _command(self, step: OperationStep, values: dict[str, Any]) -> ReadCommand:
        if self._splits_sizes:
            try:
                finish_sizes(values, self._dialect.units)
            except ValueError as error:
                raise CommandError(str(error)) from error
        places = _NONE
        if own := self._dialect.places.own:
            places = {name: values.pop(name) for name in list(values) if name in own}
            if step.role is StepRole.JOB:
                return self._of_job(step, places)
            self._name(values, places)
        if self._tells_growth:
            self._grow(values)
        return _read(step, self._request(step, values), places)

    def _of_job(self, step: OperationStep, places: Mapping[str, Any]) -> ReadCommand:
        number = places[self._dialect.places.job or ""]
        request = self._numbers.job(number)
        if request is None:
            raise CommandError(f"there is no job {number}")
        return _read(step, request, places)

    def _name(self, values: dict[str, Any], places: Mapping[str, Any]) -> None:
        """A share may be told by its number; one that is unknown is a share that is not there."""
        for name, number in places.items():
            if self._dialect.places.by_name[name].identifies == "share":
                values.setdefault("name", self._numbers.name(number) or number)

    def _grow(self, values: dict[str, Any]) -> None:
        growth, shrinkage = values.pop("growth", None), values.pop("shrinkage", None)
        if growth is not None or shrinkage is not None:
            size = self._size_of(values["name"])
            # Of a share that is not there any size will do: that it is not there is what the cluster says.
            values["size"] = 1 if size is None else size + (growth or 0) - (shrinkage or 0)

    def _request(self, step: OperationStep, values: dict[str, Any]) -> Request:
        """A part of a create may not tell the size: then another part does."""
        if step.role is StepRole.WHOLE:
            return unflatten(step.verb, values)
        if step.role in (StepRole.BEGIN, StepRole.FINISH, StepRole.CHECK):
            if values.setdefault("size", _NO_SIZE) == 0:
                raise CommandError("the size must be at least 1 byte")
            values["size"] = max(0, values["size"])
        if step.role is StepRole.UNDO:
            return unflatten(Verb.DELETE, values)
        return unflatten(step.verb, values)

    def _places(self, ask: AskedCommand) -> Mapping[str, Any]:
        """The values of the places that the reply may have."""
        places = dict(ask.places)
        name = getattr(ask.request, "name", None)
        for place in self._dialect.places.own.values():
            if place.identifies == "share" and name is not None:
                places.setdefault(place.name, self._numbers.of_share(name))
            elif place.identifies == "job" and ask.request is not None and ask.step is not None and ask.step.job:
                places[place.name] = self._numbers.of_job(ask.request)
        return places

    def _unknown(self, words: list[str]) -> CommandError:
        accepted = ", ".join(sorted({" ".join(literals) for literals in self._by_literals}))
        known = max((_common(literals, words) for literals in self._by_literals), default=0)
        return CommandError(f"{' '.join(words[: known + 1])!a} is not a command; accepted: {accepted}")


def _common(literals: Sequence[str], words: Sequence[str]) -> int:
    """How many words they begin with alike."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(literals, words, strict=False))))


def _read(step: OperationStep, request: Request, places: Mapping[str, Any]) -> ReadCommand:
    ask = AskedCommand(verb=step.verb, request=request, step=step, places=places)
    return ReadCommand(request=asked_by(step, request), ask=ask)
