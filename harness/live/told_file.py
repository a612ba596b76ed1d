"""A file that tells, while something is served, where: of its owner alone, and gone at the end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from connector.atomic_file import write_private
from connector.locked_file import locked_file
from connector.output_files import check_overwritable
from harness.errors import OutputError

__all__ = ["told_file"]


@contextmanager
def told_file(option: str, file: Path, *, is_ours: Callable[[str], bool]) -> Iterator[Callable[[str], None]]:
    """Keep the file to this process; gives the function that writes it, which raises `OutputError`.

    is_ours: whether a text is what a killed process has left there, which is replaced. Raises `OutputError` where it
    cannot be written, or is somebody else's.
    """
    with ExitStack() as stack, _translated(option, file):
        stack.enter_context(locked_file(file))
        check_overwritable(file, is_ours)
        lasting = stack.pop_all()
    written: list[str] = []

    def write(text: str) -> None:
        with _translated(option, file):
            write_private(file, text)
            written.append(text)

    with lasting:
        try:
            yield write
        finally:
            with suppress(OSError):  # gone already, or somebody else's by now: its own affair
                if file.read_text() in written:
                    file.unlink()


@contextmanager
def _translated(option: str, file: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise OutputError(f"{option} {file}: was not written by this command; give another name") from error
    except BlockingIOError as error:
        raise OutputError(f"{option} {file}: another process keeps it while it runs; give another name") from error
    except OSError as error:
        raise OutputError(f"{option} {file}: cannot be written: {error.strerror}") from error
