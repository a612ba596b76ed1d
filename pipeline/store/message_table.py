"""The messages of a store in memory: each is hidden while someone holds it, and ends exactly once."""

from dataclasses import dataclass
from heapq import heappop, heappush

from pipeline.record import Message
from pipeline.store.protocol import MessageCounts

__all__ = ["MessageTable"]


@dataclass(slots=True)
class _Row:
    message: Message
    visible_at: float
    taken_by: str | None
    expires_at: float


class MessageTable:
    """Numbers rise from 1. A message that has ended is forgotten: only its number is still known to have been used."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}
        self._order: list[tuple[float, int]] = []
        self._sent = self._done = self._expired = 0

    @property
    def waiting(self) -> int:
        """Messages that have not ended."""
        return len(self._rows)

    def insert(self, share: str, generation: int, *, visible_at: float, expires_at: float) -> None:
        self._sent += 1
        message = Message(number=self._sent, share=share, generation=generation)
        self._rows[self._sent] = _Row(message, visible_at, None, expires_at)
        heappush(self._order, (visible_at, self._sent))

    def take(self, owner: str, visible_at: float, now: float) -> Message | None:
        """As `Tables.take_messages`, of one."""
        while (at := self.next_at()) is not None and at <= now:
            _, number = heappop(self._order)
            row = self._rows[number]
            if row.expires_at > now:
                row.taken_by = owner
                self.hide(number, owner, visible_at)
                return row.message
            del self._rows[number]
            self._expired += 1
        return None

    def hide(self, number: int, owner: str, until: float) -> None:
        """See `Tables.hide_message`."""
        row = self._rows.get(number)
        if row is not None and row.taken_by == owner:
            row.visible_at = until
            heappush(self._order, (until, number))

    def next_at(self) -> float | None:
        """See `Tables.next_message_at`."""
        while self._order:
            visible_at, number = self._order[0]
            row = self._rows.get(number)
            if row is not None and row.visible_at == visible_at:
                return visible_at
            heappop(self._order)
        return None

    def all_waiting(self, now: float) -> list[Message]:
        """See `Tables.waiting_messages`."""
        return [row.message for row in self._rows.values() if row.expires_at > now]

    def end(self, number: int) -> None:
        """As `Tables.end_messages`, of one."""
        if self._rows.pop(number, None) is not None:
            self._done += 1

    def counts(self) -> MessageCounts:
        """See `Tables.message_counts`."""
        return MessageCounts(sent=self._sent, waiting=self.waiting, done=self._done, expired=self._expired)
