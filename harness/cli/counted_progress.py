"""Progress of what is counted on stderr: one updating line on a terminal, a line now and then elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from reports.plain import plain

__all__ = ["show_count"]

_EVERY = 25


@contextmanager
def show_count(total: int, what: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield what is to be called after each, with a word on how it goes. quiet: only where stderr is a terminal."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda word: bar.update(task, advance=1, description=plain(word or what))
    elif quiet:
        yield lambda word: None
    else:
        yield _CountedLines(total, what)


class _CountedLines:
    """A line after every so many, and after the last."""

    def __init__(self, total: int, what: str) -> None:
        self._total = total
        self._what = what
        self._done = 0

    def __call__(self, word: str) -> None:
        self._done += 1
        if self._done % _EVERY == 0 or self._done == self._total:
            more = f": {word}" if word else ""
            sys.stderr.write(plain(f"{self._done} of {self._total} {self._what}{more}\n"))
            sys.stderr.flush()
