"""The folder for the results of a run: created before the run, so that a bad path fails early."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from connector.atomic_file import write_atomic
from harness.cli.streams import detach_stdout
from harness.errors import OutputError
from reports.plain import plain

if TYPE_CHECKING:
    from reports.journal import Journal

__all__ = [
    "JOURNAL",
    "LOGS",
    "lock_folder",
    "new_results_folder",
    "show_and_write",
    "try_show",
    "use_results_folder",
    "write_output",
    "write_results",
]

JOURNAL = "journal.json"
LOGS = "logs"
"""The folder of what the parts of the service printed."""


def new_results_folder(scenario: str, seed: int, *, root: Path = Path("runs")) -> Path:
    """Create the first free `runs/<scenario>-<seed>-<n>`. Raises `OutputError`."""
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


def use_results_folder(folder: Path, *, force: bool, mark: str = JOURNAL) -> Path:
    """Create `folder`, or use it if it is empty; with `force` also if it contains earlier results.

    mark: the file that identifies earlier results.

    Raises `OutputError`: other files are never replaced.
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
    if names == {LOGS}:  # of a run whose service did not start
        return folder
    if names and mark not in names:
        raise OutputError(f"{folder}: contains files that are not results of a run; choose an empty or a new folder")
    if names and not force:
        raise OutputError(f"{folder}: contains the results of an earlier run; use --force to replace them")
    return folder


@contextmanager
def lock_folder(folder: Path | None) -> Iterator[None]:
    """Lock a folder for this run; None: do nothing. Raises `OutputError`."""
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
        raise OutputError(f"{folder}: is in use by another run; choose another folder") from error


def try_show(show: Callable[[], object]) -> bool:
    """Print a result; return whether stdout accepted it.

    A full or closed stdout is reported on stderr; the exit code still tells the verdict.
    """
    try:
        show()
        sys.stdout.flush()
    except BrokenPipeError:
        detach_stdout()
        sys.stderr.write("spoolproof: stdout was closed\n")
    except OutputError as error:
        sys.stderr.write(plain(f"{error}\n"))
    else:
        return True
    return False


def show_and_write(show: Callable[[], object], write: Callable[[], object]) -> bool:
    """Print results, then write them; return whether both worked.

    Each is tried even if the other fails; errors are reported on stderr.
    """
    is_shown = try_show(show)
    try:
        write()
    except OutputError as error:
        sys.stderr.write(plain(f"{error}\n"))
        return False
    return is_shown


def write_results(folder: Path, journal: "Journal") -> None:
    """Write the journal, the HTML report and the JUnit file. Raises `OutputError`."""
    from reports.html.page import write_html  # brings jinja2 along, which only a command with results needs
    from reports.journal import write_journal
    from reports.junit import write_junit

    try:
        write_journal(folder / JOURNAL, journal)
        write_html(folder / "report.html", journal)
        write_junit(folder / "junit.xml", [journal])
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def write_output(path: Path, text: str, *, make_folder: bool = False) -> None:
    """Write a file atomically; append if it is a device or a pipe. Raises `OutputError`."""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
    except OSError as error:
        raise OutputError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
