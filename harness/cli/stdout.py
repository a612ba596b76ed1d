"""The console for results: plain where stdout is no terminal, and a gone reader is an error of its own kind."""

import json
import sys
from typing import Any, NoReturn

from rich.console import Console

__all__ = ["print_json", "results_console"]


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Rich would exit with 1 here, which means `invalid` to whoever called us."""
        raise BrokenPipeError


def results_console() -> Console:
    """Wide enough to keep tables whole where nothing says how wide the output is."""
    return _Console(width=None if sys.stdout.isatty() else 120, soft_wrap=False)


def print_json(value: dict[str, Any]) -> None:
    """One object on stdout."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
