"""What a command is known by at its connector: its request id, and its place in the sequence of its share's name."""

from connector.operations import Verb
from pipeline.kinds.table import KIND_OF_VERB
from pipeline.record import ShareRecord

__all__ = ["is_request_of", "next_sequence", "request_id"]

_ROW_BITS = 20


def request_id(record: ShareRecord, verb: Verb) -> str:
    """A create or an update that is sent again is the same command, and is answered as the first time.

    A delete is a new one each time, and so is whatever serves another end than the record's own: a resize of an update
    that was given up, a cleanup. Between two of them a late command may land, and what a connector remembers of the
    first must not answer for the second. Nothing is created again after a delete within one record.
    """
    once = f"{record.id}.{record.generation}.{verb}"
    kind = KIND_OF_VERB[verb]
    is_once = kind.once and record.state is kind.under_way and not record.is_given_up
    return once if is_once else f"{once}.{record.sequence}"


def is_request_of(request_id: str, record: ShareRecord) -> bool:
    """Whether a command with this request id was sent for this record."""
    return request_id.startswith(f"{record.id}.")


def next_sequence(newest: int, row: int) -> int:
    """Above the newest of this record (0: none yet), and above those of every earlier record of the name."""
    return max(newest, row << _ROW_BITS) + 1
