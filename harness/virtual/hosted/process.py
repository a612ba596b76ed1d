"""Gives this process functions that serve somebody else's code in the virtual world, and everybody else as before.

They stay: an audit hook cannot be taken away, and runs in two threads may overlap. Who is no life gets the originals.
"""

from functools import cache

from harness.virtual.hosted import audit, chance, clock, environ, modules, output, sqlite, threads

__all__ = ["prepare"]


def prepare() -> None:
    """Do it, where it is not done."""
    _replace_functions()
    output.install()  # again, since others replace these too


@cache
def _replace_functions() -> None:
    for part in (modules, clock, chance, environ, sqlite, threads, audit):
        part.install()
    output.hear_logging()
