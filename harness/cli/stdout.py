"""The console for results: plain if stdout is no terminal; a closed stdout raises `BrokenPipeError`."""

import json
import sys
from typing import Any, NoReturn

from rich.console import Console

__all__ = ["print_json", "results_console"]


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Re-raise; Rich would exit with 1, which means `invalid` here."""
        raise BrokenPipeError


def results_console() -> Console:
    """Return the console for results, wide enough for tables if the width is unknown."""
    return _Console(width=None if sys.stdout.isatty() else 120, soft_wrap=False)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
