"""The folder of a sandbox: what is kept between two starts, and what is there only while it runs."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from harness.errors import OutputError
from harness.live.cleaner import cleaned_after_a_kill
from harness.sandbox.up_file import read_up_file

__all__ = ["DEFAULT_FOLDER", "SandboxFolder", "kept_by_this_process"]

DEFAULT_FOLDER = Path("spoolproof-sandbox")
_MARK = "sandbox"
_TEXT = "The state of a sandbox: `spoolproof up` goes on with it, `spoolproof reset` removes it.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxFolder:
    """root: what the user names. state: the store, the keys and the session. up: says where all is, while it runs."""

    root: Path

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def running(self) -> Path:
        """For the files of the world. Removed at the end, also by the cleaner of a killed process, who stands elsewhere
        and knows the processes by its name: so it is absolute."""
        return self.root.absolute() / "running"

    @property
    def up(self) -> Path:
        return self.running / "up.json"

    @property
    def address(self) -> Path:
        """Where the page was, so that one that is open finds it again after the next start."""
        return self.state / "page.json"

    @property
    def session(self) -> Path:
        return self.state / "session.jsonl"

    def is_in_use(self) -> bool:
        """Whether a sandbox runs there."""
        try:
            descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def forget(self) -> bool:
        """Remove the state; whether there was any. Raises `OutputError`."""
        try:
            shutil.rmtree(self.state)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise OutputError(f"{self.state}: cannot be removed: {error.strerror}") from error
        return True


@contextmanager
def kept_by_this_process(folder: SandboxFolder) -> Iterator[None]:
    """Make the folder and keep others out while the context is open; `running` is gone afterwards.

    The lock is one on the folder itself, so that no lock file is left. Raises `OutputError` for a folder that another
    sandbox uses, that holds something else, or that cannot be made.
    """
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.root, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise OutputError(f"--folder {folder.root}: cannot be used: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(
                f"--folder {folder.root}: a sandbox {_running(folder)} there already; "
                f"`spoolproof down --folder {folder.root}` ends it, and this one may have another --folder"
            ) from error
        with _own(folder):
            yield
    finally:
        os.close(descriptor)


def _running(folder: SandboxFolder) -> str:
    """Which sandbox it is, as far as it has said so."""
    up = read_up_file(folder.up)
    return "starts" if up is None else f"runs (process {up.pid}, page {up.page})"


@contextmanager
def _own(folder: SandboxFolder) -> Iterator[None]:
    mark = folder.root / _MARK
    if not mark.exists() and any(folder.root.iterdir()):
        raise OutputError(f"--folder {folder.root}: holds files that are no sandbox; give an empty or a new folder")
    try:
        mark.write_text(_TEXT, encoding="utf-8")
        folder.state.mkdir(exist_ok=True)
        folder.running.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutputError(f"--folder {folder.root}: cannot be written: {error.strerror}") from error
    with cleaned_after_a_kill(folder.running, remove=True):
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                shutil.rmtree(folder.running)
