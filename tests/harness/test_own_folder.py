import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness import own_folder as module
from harness.own_folder import OWN_PREFIX, own_folder

_HOLDS_ONE = """
import time
from harness.own_folder import own_folder
with own_folder() as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _in_a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    module._remove_left.cache_clear()


@contextmanager
def _another() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that has a folder of its own, and that folder."""
    with subprocess.Popen([sys.executable, "-c", _HOLDS_ONE], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.send_signal(signal.SIGKILL)


def test_it_is_empty_and_gone_afterwards(tmp_path: Path) -> None:
    with own_folder() as folder:
        assert list(folder.iterdir()) == []
        (folder / "key").write_text("secret")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_when_the_next_begins() -> None:
    with _another() as (process, left):
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left.is_dir()
        with own_folder():
            assert not left.parent.exists()


def test_the_folder_of_a_process_that_is_there_still_stays() -> None:
    with _another() as (_, kept):
        with own_folder():
            assert kept.is_dir()
        assert kept.is_dir()


@pytest.mark.parametrize("lock", [None, "directory", "unreadable"])
def test_what_is_not_of_its_kind_stays(tmp_path: Path, lock: str | None) -> None:
    foreign = tmp_path / f"{OWN_PREFIX}of-somebody-else"
    foreign.mkdir()
    if lock == "directory":
        (foreign / "lock").mkdir()
    elif lock == "unreadable":
        (foreign / "lock").symlink_to(tmp_path / "nowhere")
    with own_folder():
        assert foreign.is_dir()


@pytest.mark.skipif(os.getuid() != 0, reason="only root makes files of others")
def test_what_another_user_left_stays(tmp_path: Path) -> None:
    foreign = tmp_path / f"{OWN_PREFIX}of-another-user"
    foreign.mkdir()
    (foreign / "lock").touch()
    os.chown(foreign / "lock", 65534, 65534)
    with own_folder():
        assert foreign.is_dir()
