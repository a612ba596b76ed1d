"""Progress of `contract` on stderr: what did not pass at once, and a count."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.cli.counted_progress import show_count
from reports.contract.results import ClauseResult, ClauseState

__all__ = ["show_clauses"]

_TOLD = frozenset({ClauseState.FAILED, ClauseState.UNKNOWN, ClauseState.ERROR})


@contextmanager
def show_clauses(total: int, *, quiet: bool) -> Iterator[Callable[[ClauseResult], None]]:
    """Yield what is to be called after each clause. quiet: only where stderr is a terminal."""
    terminal = sys.stderr.isatty()
    with show_count(total, "clauses", quiet=quiet) as tell:

        def on_result(result: ClauseResult) -> None:
            if result.state in _TOLD and not (quiet or terminal):
                sys.stderr.write(f"{result.id}: {result.state}\n")
            tell(result.id if terminal else "")

        yield on_result
