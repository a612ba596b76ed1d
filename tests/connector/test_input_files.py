"""Nothing but a regular file of the folder is read, whatever its name says and however it is linked."""

import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from connector.input_files import read_input, read_regular_file, read_sibling, resolve_sibling


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, a file below, and links; beside it a file that is none of its own."""
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "own").write_text("own")
    (folder / "below" / "deep").write_text("deep")
    (tmp_path / "secret").write_text("secret")
    (folder / "inner").symlink_to("own")
    (folder / "out").symlink_to("../secret")
    (folder / "up").symlink_to("..")
    (folder / "round").symlink_to("round")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize(
    ("name", "content"), [("own", "own"), ("below/deep", "deep"), ("./own", "own"), ("inner", "own")]
)
def test_a_file_of_the_folder_is_read(folder: Path, name: str, content: str) -> None:
    assert read_sibling(folder, name, 100) == content


def test_a_folder_that_is_itself_a_link_is_no_way_out(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert read_sibling(folder.parent / "link", "own", 100) == "own"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("/etc/passwd", "/etc/passwd: is outside; accepted: a file in the folder"),
        ("/dev/zero", "is outside"),
        ("../secret", "../secret: is outside"),
        ("below/../own", "is outside"),
        ("out", "out: is a link that leads outside"),
        ("up/secret", "up/secret: is a link that leads outside"),
        ("round", "round"),
        ("pipe", "pipe: is not a regular file"),
        ("below", "below: is not a regular file"),
        ("missing", "missing: cannot be read: No such file"),
        ("own/more", "own/more: cannot be read: Not a directory"),
        ("a\0b", "is not a file name"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_anything_else_is_one_error_that_names_it_and_shows_nothing(folder: Path, name: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as raised:
        resolve_sibling(folder, name)
    assert "\n" not in str(raised.value)


def test_a_file_of_more_bytes_than_are_read_is_refused(folder: Path) -> None:
    assert read_sibling(folder, "own", 3) == "own"
    with pytest.raises(ValueError, match="own: cannot be read: it is larger than 2 bytes"):
        read_sibling(folder, "own", 2)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "own").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="own: is not a text file"):
        read_sibling(folder, "own", 100)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [Path.mkdir, _pipe, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_neither_read_nor_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "it")
    with pytest.raises(OSError, match=r"directory|not a regular file"):
        read_regular_file(tmp_path / "it", 10)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_input(tmp_path / "pipe")


def test_a_pipe_with_a_writer_is_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    large = b"x" * 300_000
    with subprocess.Popen(
        ["/bin/sh", "-c", 'sleep 0.1; head -c 300000 /dev/zero | tr "\\0" x'], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert read_input(Path(f"/dev/fd/{writer.stdout.fileno()}")) == large
    with subprocess.Popen(["/bin/sh", "-c", 'echo all > "$0"', str(tmp_path / "pipe")]):
        for _ in range(200):  # nobody writes before the shell has come to it
            with suppress(OSError):
                assert read_input(tmp_path / "pipe") == b"all\n"
                return
            threading.Event().wait(0.05)
        raise AssertionError("the writer was never seen")
