"""What a spelling of refusals promises, on which streams they stand, and which codes they have to tell."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from connector.codes import CATALOGUE, Code
from connector.dialects.form import SheetError, lines_of
from connector.operations import Verb
from connector.protocol import Refusal, WireReply
from connector.toml_lines import KeyPath

__all__ = ["RefusalForm", "check_codes", "check_sent", "on_stream", "text_from"]


class RefusalForm(Protocol):
    """Both directions of a refusal.

    A code without a spelling is written as `internal`: to call what is definite unknown is no lie.
    """

    @property
    def codes(self) -> frozenset[Code]:
        """The codes that have a spelling."""
        ...

    @property
    def may_succeed(self) -> bool:
        """Whether a refusal may come with the exit status of success."""
        ...

    @property
    def by_verb(self) -> bool:
        """Whether a code may be told in one way after one command, and in another after another."""
        ...

    def told(self, code: Code, verb: Verb | None) -> tuple[Code, bool]:
        """The code that is written for that one, and whether it comes with the message."""
        ...

    def write(self, verb: Verb | None, refusal: Refusal, asked: Mapping[str, Any]) -> WireReply: ...

    def read(self, verb: Verb, wire: WireReply) -> Refusal:
        """Raises `ValueError` where status and text together are no refusal of this dialect. Without a status the text
        alone decides."""
        ...

    def find(self, verb: Verb, text: str) -> Refusal | None:
        """The refusal that a text is, whatever the status."""
        ...


def on_stream(stream: str, status: int, text: str) -> WireReply:
    """A refusal as it is sent."""
    if stream == "stdout":
        return WireReply(status=status, stdout=text)
    return WireReply(status=status, stderr=text)


def text_from(stream: str, wire: WireReply) -> str:
    """What stands where a refusal is looked for."""
    if stream == "either":
        both = dict.fromkeys([wire.stdout, wire.stderr])  # a shell shows the same on both
        return "\n".join("\n".join(lines_of(text)) for text in both if text.strip("\r\n"))
    return "\n".join(lines_of(wire.stderr if stream == "stderr" else wire.stdout))


def check_sent(code: Code, path: KeyPath) -> None:
    """Whether a connector says that code. Raises `SheetError`."""
    sent = [each for each, entry in CATALOGUE.items() if entry.status is not None]
    if code not in sent:
        raise SheetError(path, f"{code} is seen by clients, never sent; accepted: {', '.join(sent)}")


def check_codes(codes: Sequence[Code], path: KeyPath) -> None:
    """Raises `SheetError`."""
    for code in codes:
        check_sent(code, path)
    for code in (Code.INVALID, Code.INTERNAL):
        if code not in codes:
            raise SheetError(path, f"the code {code} must have a spelling: every connector has to be able to say it")
