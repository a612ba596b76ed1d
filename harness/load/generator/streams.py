"""Rows of one generator process on their way out, a few times a second; and a recorder that keeps nothing back."""

from collections.abc import Callable

import gevent

from harness.load.wire import Row, encode, encode_attempt, encode_op
from harness.service.answer import Answer
from harness.workload.recorder import Recorder
from reports.history import Attempt, Op

__all__ = ["RowStream", "StreamingRecorder"]

_EVERY = 0.25


class RowStream:
    """send: takes whole lines. Rows wait at most `_EVERY` seconds."""

    def __init__(self, process: int, send: Callable[[bytes], object]) -> None:
        self.process = process
        self._send = send
        self._waiting: list[bytes] = []

    def add(self, row: Row) -> None:
        self._waiting.append(encode(row))

    def add_op(self, op: Op, first_byte: float | None = None) -> None:
        self._waiting.append(encode_op(self.process, op, first_byte))

    def add_attempt(self, attempt: Attempt) -> None:
        self._waiting.append(encode_attempt(self.process, attempt))

    def flush(self) -> None:
        """Send all that waits."""
        if self._waiting:
            lines, self._waiting = b"".join(self._waiting), []
            self._send(lines)

    def run(self, look: Callable[[], Row]) -> None:
        """Send now and then, until killed. look: one more row each time."""
        while True:
            gevent.sleep(_EVERY)
            self.add(look())
            self.flush()


class StreamingRecorder(Recorder):
    """Sends every row as it is closed, and keeps the open ones alone. on_op: called with each completed op."""

    def __init__(self, now: Callable[[], float], stream: RowStream, on_op: Callable[[Op], object]) -> None:
        super().__init__(now)
        self._stream = stream
        self._on_op = on_op

    def complete(self, op: Op, answer: Answer, tries: int) -> Op:
        done = super().complete(op, answer, tries)
        del self._ops[op.number]
        self._stream.add_op(done, answer.first_byte)
        self._on_op(done)
        return done

    def end(self, attempt: Attempt, answer: Answer) -> Attempt:
        ended = super().end(attempt, answer)
        del self._attempts[attempt.number]
        self._stream.add_attempt(ended)
        return ended

    def send_open(self) -> None:
        """Send what nobody has closed: the load is over."""
        for op in self.ops:
            self._stream.add_op(op)
        for attempt in self.attempts:
            self._stream.add_attempt(attempt)
