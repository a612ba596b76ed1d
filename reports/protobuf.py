"""Writes messages in Protocol Buffers' wire format: numbers as varints, texts and messages with their length."""

from collections.abc import Iterator

__all__ = ["message", "number", "text", "varint"]

_VARINT, _LENGTH = 0, 2


def varint(value: int) -> bytes:
    """A number, 7 bits a byte, the lowest first."""
    assert value >= 0, "only unsigned numbers are written here"
    return bytes(_groups(value))


def _groups(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value


def number(field: int, value: int) -> bytes:
    """A field that holds a number."""
    return varint(field << 3 | _VARINT) + varint(value)


def message(field: int, *parts: bytes) -> bytes:
    """A field that holds a message of these fields."""
    content = b"".join(parts)
    return varint(field << 3 | _LENGTH) + varint(len(content)) + content


def text(field: int, value: str) -> bytes:
    """A field that holds a text."""
    return message(field, value.encode(errors="replace"))
