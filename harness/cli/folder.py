"""The folder that a run's results go to: made before the run, so that an hour's work is not lost at its end."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from connector.atomic_file import write_atomic
from harness.cli.streams import forget_stdout
from harness.errors import OutputError
from reports.html.page import write_html
from reports.journal import Journal, write_journal
from reports.junit import write_junit
from reports.plain import plain

__all__ = [
    "JOURNAL",
    "fresh_folder",
    "given_folder",
    "held",
    "show_then_write",
    "shown",
    "write_output",
    "write_results",
]

JOURNAL = "journal.json"


def fresh_folder(scenario: str, seed: int, *, root: Path = Path("runs")) -> Path:
    """Make the first free `runs/<scenario>-<seed>-<n>`. Raises `OutputError`."""
    for number in count(1):
        folder = root / f"{scenario}-{seed}-{number}"
        try:
            root.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
        except FileExistsError as error:
            if not root.is_dir():
                raise OutputError(f"{root}: is not a folder") from error
            continue
        except OSError as error:
            raise OutputError(f"{folder}: cannot be made: {error.strerror}") from error
        return folder
    raise AssertionError("numbers do not end")


def given_folder(folder: Path, *, force: bool, mark: str = JOURNAL) -> Path:
    """Make `folder`, or take it where it is empty; with `force` also where earlier results lie.

    mark: the file by which earlier results are known.

    Raises `OutputError`: files that are not ours are never replaced.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir()}
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(f"{folder}: is not a folder") from error
    except OSError as error:
        raise OutputError(f"{folder}: cannot be used: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder}: cannot be written")
    if names and mark not in names:
        raise OutputError(f"{folder}: holds files that are not results of a run; give an empty or a new folder")
    if names and not force:
        raise OutputError(f"{folder}: holds the results of an earlier run; --force replaces them")
    return folder


@contextmanager
def held(folder: Path | None) -> Iterator[None]:
    """Keep a folder to this run, until it ends however it ends; None: there is none. Raises `OutputError`."""
    if folder is None:
        yield
        return
    lock = os.open(folder, os.O_RDONLY)
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"{folder}: another run is about to write its results there; give each its own") from error


def shown(show: Callable[[], object]) -> bool:
    """Show a result: a stdout that is full or closed costs nobody the verdict, which the exit code still says.

    Whether stdout took it; why not is said on stderr.
    """
    try:
        show()
        sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
        sys.stderr.write("spoolproof: stdout was closed\n")
    except OutputError as error:
        sys.stderr.write(plain(f"{error}\n"))
    else:
        return True
    return False


def show_then_write(show: Callable[[], object], write: Callable[[], object]) -> bool:
    """Show results, then write them, so that a full disk costs nobody the verdict, nor a closed stdout the files.

    Whether all was shown and written; why not is said on stderr.
    """
    is_shown = shown(show)
    try:
        write()
    except OutputError as error:
        sys.stderr.write(plain(f"{error}\n"))
        return False
    return is_shown


def write_results(folder: Path, journal: Journal) -> None:
    """Write journal, page and JUnit file. Raises `OutputError`."""
    try:
        write_journal(folder / JOURNAL, journal)
        write_html(folder / "report.html", journal)
        write_junit(folder / "junit.xml", [journal])
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def write_output(path: Path, text: str, *, make_folder: bool = False) -> None:
    """A file that was asked for, whole or not at all; into a device or a pipe as it is. Raises `OutputError`."""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    except OSError as error:
        raise OutputError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
