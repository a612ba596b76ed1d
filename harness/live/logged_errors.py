"""Reads the internal errors that parts wrote to their logs."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.collect.internal_errors import InternalError

__all__ = ["errors_in"]

_ERROR = re.compile(
    r"^\S+ \S+ ERROR +\S+: (?P<message>.*)\n"
    r"(?:Traceback .*|  \+ Exception Group Traceback .*)\n(?: .*\n)*(?P<error>\S.*)?",
    re.MULTILINE,
)
"""A line of the log at this level, and a trace behind it; what is not indented any more is the exception."""


def errors_in(logs: Iterable[tuple[str, Path]]) -> Iterator[InternalError]:
    """Those of each part, whose log may not be there."""
    for part, path in logs:
        if path.exists():
            for found in _ERROR.finditer(path.read_text(errors="replace")):
                yield InternalError(part=part, message=found["message"], error=found["error"] or "several errors")
