"""Progress of `contract` on stderr: one updating line on a terminal, a line now and then elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from reports.contract.results import ClauseResult, ClauseState

__all__ = ["show_clauses"]

_EVERY = 25
_TOLD = frozenset({ClauseState.FAILED, ClauseState.UNKNOWN, ClauseState.ERROR})


@contextmanager
def show_clauses(total: int, *, quiet: bool) -> Iterator[Callable[[ClauseResult], None]]:
    """Yield what is to be called after each clause. quiet: only where stderr is a terminal."""
    if sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("clauses", total=total)
            yield lambda result: bar.update(task, advance=1, description=result.id)
    elif quiet:
        yield lambda result: None
    else:
        yield _Lines(total)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)


class _Lines:
    """What did not pass at once, and a count now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def __call__(self, result: ClauseResult) -> None:
        self._done += 1
        if result.state in _TOLD:
            sys.stderr.write(f"{result.id}: {result.state}\n")
        if self._done % _EVERY == 0 or self._done == self._total:
            sys.stderr.write(f"{self._done} of {self._total} clauses\n")
        sys.stderr.flush()
