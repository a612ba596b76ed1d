"""The file of a tape that is being recorded: it grows by whole exchanges, and can be read at any moment."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from harness.errors import OutputError
from harness.tape.exchange import TapedExchange
from harness.tape.redaction import Redactor
from harness.tape.tape_text import exchange_text, head_text

__all__ = ["TapeWriter"]


class TapeWriter:
    """written: how many exchanges. redactor: what is not written."""

    def __init__(self, descriptor: int, path: Path, redactor: Redactor) -> None:
        self._descriptor = descriptor
        self._path = path
        self.redactor = redactor
        self.written = 0

    @classmethod
    @contextmanager
    def create(
        cls, path: Path, redactor: Redactor, *, device: str, began: datetime, ignore: Iterable[str], force: bool
    ) -> Iterator[Self]:
        """A new tape, which only its owner can read. force: in the place of an old one. Raises `OutputError`."""
        flags = os.O_CREAT | (os.O_TRUNC if force else os.O_EXCL)
        with cls._open(path, redactor, flags) as writer:
            writer._append(head_text(device, began, ignore, redactor))
            yield writer

    @classmethod
    @contextmanager
    def extend(cls, path: Path, redactor: Redactor) -> Iterator[Self]:
        """A tape that is there. Raises `OutputError`."""
        with cls._open(path, redactor, 0) as writer:
            yield writer

    @classmethod
    @contextmanager
    def _open(cls, path: Path, redactor: Redactor, flags: int) -> Iterator[Self]:
        try:
            descriptor = os.open(path, flags | os.O_WRONLY | os.O_APPEND, 0o600)
        except FileExistsError as error:
            raise OutputError(f"{path}: is there already; use --force to replace it") from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
        try:
            yield cls(descriptor, path, redactor)
        finally:
            os.close(descriptor)

    def write(self, exchange: TapedExchange) -> None:
        """In one step: whoever reads meanwhile, or is left after a kill, has whole exchanges. Raises `OutputError`."""
        self._append(exchange_text(exchange, self.redactor))
        self.written += 1

    def _append(self, text: str) -> None:
        data = text.encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from error
