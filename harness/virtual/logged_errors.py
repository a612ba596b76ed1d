"""Hears the internal errors that parts log in this process."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from harness.collect.internal_errors import InternalError
from harness.virtual.hosts import current_host

__all__ = ["logged_errors"]

_LOGGERS = ("pipeline", "uvicorn")


@contextmanager
def logged_errors() -> Iterator[Sequence[InternalError]]:
    """Grows while the context is open."""
    handler = _Collecting()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.found
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _Collecting(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[InternalError] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text = f"{type(error).__name__}: {error}"
            self.found.append(InternalError(part=current_host().name, message=record.getMessage(), error=text))
