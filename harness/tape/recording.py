"""From the bytes of one session, and the instants at which they came, to exchanges."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connector.values import replace
from harness.tape.exchange import CutBy, Event, EventSource, TapedExchange
from harness.tape.redaction import Redactor

__all__ = ["SessionRecorder"]

_TOGETHER = 0.01
"""Seconds: pieces of one stream that come closer to each other are one."""
_MOST = 8 * 2**20
"""Bytes of one exchange that are kept."""
_PASSWORD = re.compile(
    rb"(?i)\b(?:pass(?:word|phrase|code)?|pin|token|secret|(?:one-time|verification) code)\b[^\r\n]{0,60}[:?>]\s*\Z"
)
_TAIL = 200


@dataclass(slots=True)
class _Streams:
    """What has come of an exchange so far."""

    at: float
    parts: dict[EventSource, bytearray] = field(
        default_factory=lambda: {
            each: bytearray() for each in (EventSource.STDIN, EventSource.STDOUT, EventSource.STDERR)
        }
    )
    events: list[Event] = field(default_factory=list)
    latest: float = 0.0
    left_out: int = 0

    def add(self, at: float, source: EventSource, data: bytes) -> None:
        kept = data[: max(0, _MOST - sum(map(len, self.parts.values())))]
        self.left_out += len(data) - len(kept)
        if not kept:
            return
        self.parts[source] += kept
        last = self.events[-1] if self.events else None
        if last is not None and last.source is source and at - self.latest < _TOGETHER:
            self.events[-1] = replace(last, size=last.size + len(kept))
        else:
            self.events.append(Event(at=at, source=source, size=len(kept)))
        self.latest = at

    @property
    def output(self) -> bytes:
        return bytes(self.parts[EventSource.STDOUT] + self.parts[EventSource.STDERR])


class SessionRecorder:
    """One session. exec: its command; None: lines are typed at a prompt. now: seconds from the start of the tape.

    write: called with each exchange when it is over. Whatever is typed at a prompt for a password is a secret.
    """

    def __init__(
        self,
        write: Callable[[TapedExchange], None],
        redactor: Redactor,
        now: Callable[[], float],
        *,
        connection: int,
        session: int,
        exec: str | None,
        terminal: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._write = write
        self._redactor = redactor
        self._now = now
        self._typed = bytearray()
        self._answered = False
        self._asked_for_password = False
        self._streams = _Streams(now())
        self._draft = TapedExchange(
            connection=connection,
            session=session,
            at=0.0,
            took=0.0,
            exec=exec,
            typed="" if exec is None else None,
            terminal=terminal,
            environment=environment or {},
        )
        self.over = False

    def client_sent(self, data: bytes) -> None:
        if self._draft.exec is None:
            self._type(data)
            return
        if _PASSWORD.search(self._streams.output[-_TAIL:]):
            self._redactor.add("typed", data.decode("utf-8", "replace").strip())
        self._streams.add(self._seconds(), EventSource.STDIN, data)

    def client_ended(self) -> None:
        """There is no more stdin."""
        self._streams.events.append(Event(at=self._seconds(), source=EventSource.END))

    def client_signalled(self, name: str) -> None:
        self._streams.events.append(Event(at=self._seconds(), source=EventSource.SIGNAL, name=name))

    def device_sent(self, source: EventSource, data: bytes) -> None:
        self._answered = True
        self._streams.add(self._seconds(), source, data)

    def ended(
        self,
        *,
        status: int | None = None,
        signal: str | None = None,
        cut: CutBy | None = None,
        refused: str | None = None,
    ) -> None:
        """The session is over; what ends it first counts."""
        if not self.over:
            self.over = True
            self._finish(replace(self._draft, status=status, signal=signal, cut=cut, refused=refused))

    def _type(self, data: bytes) -> None:
        """A line that has been answered is over, and so is a key that got more than its own echo."""
        whole = self._typed.endswith((b"\r", b"\n"))
        if self._answered and (whole or not _is_echo(self._streams.output, bytes(self._typed))):
            self._next()
        elif not self._typed and not self._streams.events:
            self._next()  # what the prompt showed at first is an exchange of its own, also where it was nothing
        if not self._typed:
            self._answered = False
        self._typed += data
        if data.endswith((b"\r", b"\n")):
            self._answered = False

    def _next(self) -> None:
        tail = self._streams.output[-_TAIL:]
        self._finish(self._draft)
        self._asked_for_password = _PASSWORD.search(tail) is not None
        self._typed.clear()
        self._answered = False
        self._streams = _Streams(self._now())
        self._draft = replace(self._draft, terminal=None, environment={})

    def _finish(self, draft: TapedExchange) -> None:
        streams = self._streams
        silent = draft.exec is not None and not streams.parts[EventSource.STDIN]
        events = (each for each in streams.events if not (silent and each.source is EventSource.END))
        self._write(
            replace(
                draft,
                typed=None if draft.exec is not None else self._typed_text(),
                at=streams.at,
                took=self._seconds(),
                stdin=bytes(streams.parts[EventSource.STDIN]),
                stdout=bytes(streams.parts[EventSource.STDOUT]),
                stderr=bytes(streams.parts[EventSource.STDERR]),
                events=tuple(events),  # where nothing was sent, its end says nothing
                left_out=streams.left_out,
            )
        )

    def _typed_text(self) -> str:
        text = self._typed.decode("utf-8", "replace")
        if not self._asked_for_password or not text.strip():
            return text
        word = text.rstrip("\r\n")
        self._redactor.add("typed", word)
        return "[secret typed]" + text[len(word) :]

    def _seconds(self) -> float:
        """From the start of the exchange."""
        return self._now() - self._streams.at


def _is_echo(output: bytes, typed: bytes) -> bool:
    """Whether all that came is what was typed, shown again."""
    return _letters(typed).startswith(_letters(output))


def _letters(data: bytes) -> bytes:
    return re.sub(rb"[\s\x08]", b"", data)
