"""What defects have in common: how a connector forgets, lies, mangles and listens too well."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from connector.codes import Code
from connector.dialects import ReadCommand, Responder, load_dialect
from connector.errors import CommandError
from connector.operations import (
    Capability,
    Create,
    DoneReply,
    Mutation,
    Request,
    ShareView,
    Show,
    ShowReply,
    Stamp,
)
from connector.protocol import Refusal, WireReply
from connector.values import replace
from fake_clusters.spec import ClusterSpec
from harness.contract.defects.defect import Answer, Hands

__all__ = [
    "DONE",
    "Hear",
    "SpelledResponder",
    "carry_out",
    "exists",
    "forgets",
    "fresh",
    "lies",
    "limits",
    "no",
    "renamed",
    "seen_before",
    "share",
    "unsequenced",
    "without",
]

DONE = DoneReply()
_numbers = count(1)
Hear = Callable[[Hands, Request, int], Request | Answer]


def no(code: Code, message: str = "no") -> Refusal:
    return Refusal(code=code, message=message)


def fresh() -> Stamp:
    """Of a request that nobody sent."""
    return Stamp(request_id=f"defect-{next(_numbers)}")


def share(hands: Hands, name: str) -> ShareView | None:
    answer = hands.answer(Show(name=name))
    return answer.share if isinstance(answer, ShowReply) else None


def exists(hands: Hands, name: str) -> bool:
    return share(hands, name) is not None


def lies(*kinds: type[Request]) -> Hear:
    """Says that it is done, and does nothing."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        return DONE if isinstance(request, kinds) else request

    return hear


def seen_before(hands: Hands, request: Mutation) -> bool:
    """Whether a command with its request id came before; it counts as seen from now on."""
    key = f"id {request.stamp.request_id}"
    before = key in hands.memory
    hands.memory[key] = request
    return before


def forgets(*kinds: type[Request]) -> Hear:
    """Knows no request ids: each command is a new one."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if isinstance(request, Mutation) and isinstance(request, kinds):
            return replace(request, stamp=replace(request.stamp, request_id=fresh().request_id))
        return request

    return hear


def unsequenced(*kinds: type[Request]) -> Hear:
    """Takes no notice of the sequence number."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if isinstance(request, Mutation) and isinstance(request, kinds):
            return replace(request, stamp=replace(request.stamp, sequence=None))
        return request

    return hear


def renamed(spoil: Callable[[str], str]) -> Hear:
    """Makes shares under another name than the one that was asked for."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        return replace(request, name=spoil(request.name)) if isinstance(request, Create) else request

    return hear


def carry_out(hands: Hands, text: str) -> None:
    """Take a word for a command, if it is one."""
    with suppress(CommandError):
        hands.apply(load_dialect("native").request(text.strip()))


def limits(**changes: Any) -> Callable[[ClusterSpec], ClusterSpec]:
    """The same cluster with other limits."""

    def change(spec: ClusterSpec) -> ClusterSpec:
        return replace(spec, limits=replace(spec.limits, **changes))

    return change


def without(*capabilities: object) -> Callable[[ClusterSpec], ClusterSpec]:
    """The same cluster, claiming less."""
    kept = frozenset(Capability) - set(capabilities)
    return lambda spec: replace(spec, capabilities=kept)


class SpelledResponder(Responder):
    """A fake that reads or writes in another way than its dialect says."""

    def __init__(
        self,
        inner: Responder,
        *,
        read: Callable[[Responder, str], ReadCommand] | None = None,
        write: Callable[[ReadCommand | None, WireReply], WireReply] | None = None,
    ) -> None:
        self._inner = inner
        self._read = read
        self._write = write

    def read(self, line: str) -> ReadCommand:
        return self._inner.read(line) if self._read is None else self._read(self._inner, line)

    def render(self, command: ReadCommand | None, answer: Answer) -> WireReply:
        wire = self._inner.render(command, answer)
        return wire if self._write is None else self._write(command, wire)
