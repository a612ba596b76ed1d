"""A sequence of commands in symbols (which share, which size, which request), so that any target can play it."""

from dataclasses import dataclass
from enum import StrEnum

from connector.operations import Access, Verb

__all__ = [
    "ClientKind",
    "Instant",
    "OwnMark",
    "PairOrder",
    "SequenceCommand",
    "SequenceStep",
    "ShareSlot",
    "SizeKind",
    "step_words",
]


class ShareSlot(StrEnum):
    """Which share a command is about, by the name that it gets.

    A, B: plain names. A_IN_CAPITALS: that of A but for the case. LONGEST: of as many bytes as the target declares.
    TOO_LONG: of one more. UNICODE: with letters beyond ASCII.
    """

    A = "a"
    B = "b"
    A_IN_CAPITALS = "a-in-capitals"
    LONGEST = "longest"
    TOO_LONG = "too-long"
    UNICODE = "unicode"

    @property
    def is_plain(self) -> bool:
        """Whether every connector has to take the name."""
        return self in {ShareSlot.A, ShareSlot.B}


class SizeKind(StrEnum):
    """How large. ODD: one byte above SMALL. TOO_LARGE: one byte above what the target declares."""

    SMALL = "small"
    LARGE = "large"
    ODD = "odd"
    ZERO = "zero"
    TOO_LARGE = "too-large"


class OwnMark(StrEnum):
    """A mark of the sequence's own; PART is below OWN, which `list` selects too."""

    OWN = "own"
    PART = "own/part"
    OTHER = "other"


class ClientKind(StrEnum):
    """Who is allowed or denied: the clients that the target file names."""

    ONE = "one"
    OTHER = "other"


class Instant(StrEnum):
    """A not-after instant."""

    PAST = "past"
    FUTURE = "future"


class PairOrder(StrEnum):
    """How the two commands of a step follow each other."""

    TOGETHER = "together"
    FIRST_SECOND = "first, then second"
    SECOND_FIRST = "second, then first"


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceCommand:
    """One command. request: a label: commands with the same one have the same request id. connection: 0 or 1."""

    verb: Verb
    share: ShareSlot | None = None
    size: SizeKind | None = None
    mark: OwnMark | None = None
    client: ClientKind | None = None
    access: Access | None = None
    snapshot: str | None = None
    request: str | None = None
    sequence: int | None = None
    not_after: Instant | None = None
    connection: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceStep:
    """One command, or two at once on connections of their own."""

    commands: tuple[SequenceCommand, ...]
    order: PairOrder = PairOrder.TOGETHER

    @property
    def is_pair(self) -> bool:
        return len(self.commands) == 2

    @property
    def slots(self) -> tuple[ShareSlot, ...]:
        return tuple(dict.fromkeys(each.share for each in self.commands if each.share is not None))


def step_words(step: SequenceStep) -> str:
    """`create a, small, r1` or `create a, small, r1 ∥ delete a, r2`."""
    words = " ∥ ".join(_words(each) for each in step.commands)
    return words if not step.is_pair or step.order is PairOrder.TOGETHER else f"{words} ({step.order})"


def _words(command: SequenceCommand) -> str:
    named = {
        "mark": command.mark,
        "client": command.client,
        "access": command.access,
        "snapshot": command.snapshot,
        "sequence": command.sequence,
        "not after": command.not_after,
    }
    parts = [command.verb.value if command.share is None else f"{command.verb} {command.share}"]
    parts += [] if command.size is None else [command.size.value]
    parts += [f"{key} {value}" for key, value in named.items() if value is not None]
    parts += [] if command.request is None else [command.request]
    parts += ["on the other connection"] if command.connection else []
    return ", ".join(parts)
