"""Messages as bytes: JSON, so that other programs may read them."""

import json

from pipeline.record import Message

__all__ = ["decode", "encode"]


def encode(message: Message) -> bytes:
    """As it lies in the broker."""
    return json.dumps(
        {"number": message.number, "share": message.share, "generation": message.generation}, separators=(",", ":")
    ).encode()


def decode(data: bytes) -> Message | None:
    """None for what no relay wrote."""
    try:
        row = json.loads(data)
        number, share, generation = row["number"], row["share"], row["generation"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if type(number) is not int or type(share) is not str or type(generation) is not int:
        return None
    return Message(number=number, share=share, generation=generation)
