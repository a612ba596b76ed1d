"""One command, or one line typed at a prompt, and all that came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = ["CutBy", "Event", "EventSource", "Tape", "TapedExchange"]


class EventSource(StrEnum):
    """What an event is about. END: the client said that there is no more stdin."""

    STDIN = "stdin"
    END = "end"
    SIGNAL = "signal"
    STDOUT = "stdout"
    STDERR = "stderr"

    @property
    def is_output(self) -> bool:
        return self in {EventSource.STDOUT, EventSource.STDERR}


class CutBy(StrEnum):
    """Who ended an exchange that did not end by itself."""

    CLIENT = "client"
    DEVICE = "device"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """at: seconds from the start of the exchange. size: bytes, of what a stream carried. name: of a signal."""

    at: float
    source: EventSource
    size: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapedExchange:
    """line: where it stands in the file, 0 where it does not. at: seconds from the start of the tape; took: to its end.

    connection, session: numbers from 1, in the order in which they were opened. exec: the command; typed: what was
    typed at a prompt, empty for what came before anything was. Exactly one of the two is there. terminal: its kind and
    size, such as `xterm 80x24`. stdin, stdout, stderr: all of each. events: how those came, in order. status, signal:
    how the command ended. cut: it did not end by itself. refused: the device opened no such session, and why.
    left_out: bytes that were too many to be kept.
    """

    line: int = 0
    connection: int
    session: int
    at: float
    took: float
    exec: str | None = None
    typed: str | None = None
    terminal: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    stdout: bytes = b""
    stderr: bytes = b""
    events: tuple[Event, ...] = ()
    status: int | None = None
    signal: str | None = None
    cut: CutBy | None = None
    refused: str | None = None
    left_out: int = 0

    @property
    def asked(self) -> str:
        """The command or the line."""
        return self.typed if self.exec is None else self.exec  # type: ignore[return-value]  # one of them is there

    @property
    def ends_session(self) -> bool:
        """Whether there is nothing after it in its session."""
        return any(each is not None for each in (self.exec, self.status, self.signal, self.cut, self.refused))

    @property
    def over(self) -> float:
        """Seconds from the start of the tape."""
        return self.at + self.took


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """device: what was recorded, in words. ignore: regular expressions for what is not compared in a command.

    exchanges: in the order in which they began.
    """

    device: str
    began: datetime
    ignore: tuple[str, ...] = ()
    exchanges: tuple[TapedExchange, ...] = ()
