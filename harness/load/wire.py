"""What load generators report, line by line, and what they are told: JSON, the same between all processes."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from reports.history import Attempt, Op
from reports.journal import GeneratorNote

__all__ = [
    "Dropped",
    "GeneratorCommand",
    "Row",
    "decode",
    "decode_command",
    "encode",
    "encode_attempt",
    "encode_command",
    "encode_op",
    "is_of_attempt",
    "is_of_op",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """An arrival that was due and that a generator had no room for. op: its kind. at: when it was due."""

    number: int
    at: float
    op: str
    phase: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a generator; of the fields beside `process` and `first_byte` one is set.

    op: completed, or still open at the end. first_byte: when that of its last answer came; beside an op. active: a
    create, and when its clients saw its share active. state: how far a generator has come. ready: all processes are
    there and wait for their command. parts: into how many the load that begins is divided. skipped: arrivals that found
    no share to concern, by kind. lost: why the load cannot go on. aborted: why it need not.
    """

    process: int = 0
    op: Op | None = None
    first_byte: float | None = None
    attempt: Attempt | None = None
    active: tuple[Op, float] | None = None
    dropped: Dropped | None = None
    state: GeneratorNote | None = None
    skipped: dict[str, int] | None = None
    ready: bool | None = None
    parts: int | None = None
    lost: str | None = None
    aborted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorCommand:
    """What a generator is told. url, begins: begin a load of this service. begins: an instant of the monotonic clock of
    the machine whose boot is `boot`. stop: no more arrivals. quit: end, whatever is under way."""

    url: str = ""
    begins: float = 0.0
    boot: str = ""
    stop: bool = False
    quit: bool = False


_HEAD = 40
"""Bytes within which a line says what it is of."""

_ROW = TypeAdapter(Row)
_OP = TypeAdapter(Op)
_ATTEMPT = TypeAdapter(Attempt)
_COMMAND = TypeAdapter(GeneratorCommand)


def encode(row: Row) -> bytes:
    """One line."""
    return _ROW.dump_json(row, exclude_none=True) + b"\n"


def encode_op(process: int, op: Op, first_byte: float | None = None) -> bytes:
    """The line of a `Row` that has an op: there is one for each request, and a third of the time makes it."""
    came = b"" if first_byte is None else b',"first_byte":%.9f' % first_byte
    return b'{"process":%d,"op":%b%b}\n' % (process, _OP.dump_json(op, exclude_none=True), came)


def encode_attempt(process: int, attempt: Attempt) -> bytes:
    """As `encode_op`, of one try."""
    return b'{"process":%d,"attempt":%b}\n' % (process, _ATTEMPT.dump_json(attempt, exclude_none=True))


def decode(line: bytes) -> Row:
    return _ROW.validate_json(line)


def is_of_attempt(line: bytes) -> bool:
    """Whether a line has one try; without reading it all."""
    return b',"attempt":{' in line[:_HEAD]


def is_of_op(line: bytes) -> bool:
    """Whether a line has an op, or when its share was seen active."""
    return b',"op":{' in line[:_HEAD] or b',"active":[' in line[:_HEAD]


def encode_command(command: GeneratorCommand) -> bytes:
    """One line."""
    return _COMMAND.dump_json(command) + b"\n"


def decode_command(line: bytes) -> GeneratorCommand:
    return _COMMAND.validate_json(line)
