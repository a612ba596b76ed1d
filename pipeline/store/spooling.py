"""The messages' transactions: a message is hidden while someone holds it, and ends exactly once."""

from dataclasses import dataclass

from pipeline.record import Message
from pipeline.store.transaction import Row, Transaction

__all__ = ["MessageCounts", "counts", "done", "take", "waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """Conservation: sent == waiting + done + expired, at every instant."""

    sent: int
    waiting: int
    done: int
    expired: int


def take(transaction: Transaction, owner: str, lease: float) -> Message | None:
    """The message that has waited longest, hidden for `lease` seconds; those too old are ended on the way."""
    while (row := _take(transaction, owner, lease)) is not None:
        number, share, generation, ending = row
        if ending is None:
            return Message(number=number, share=share, generation=generation)
    return None


def waits(transaction: Transaction) -> bool:
    """Whether there is a message to take."""
    (found,) = transaction.only("message_waits", now=transaction.now)
    return bool(found)


def done(transaction: Transaction, message: Message) -> None:
    """End a message. One that has ended already stays as it ended."""
    transaction.run("end_message", number=message.number, ending="done", now=transaction.now)


def counts(transaction: Transaction) -> MessageCounts:
    """How many messages were sent, and how they ended."""
    row = transaction.one("count_messages")
    assert row is not None
    sent, waiting, finished, expired = row
    return MessageCounts(sent=sent, waiting=waiting, done=finished, expired=expired)


def _take(transaction: Transaction, owner: str, lease: float) -> Row | None:
    return transaction.one("take_message", owner=owner, visible_at=transaction.now + lease, now=transaction.now)
