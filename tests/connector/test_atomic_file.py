"""Whole or not there; and with a secret its owner's alone, whatever lay there before."""

import os
import stat
from pathlib import Path

import pytest

from connector.atomic_file import create_private, write_atomic, write_private


def test_it_replaces_what_was_there_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o666)
    write_private(path, "new ✓\n")
    assert path.read_text(encoding="utf-8") == "new ✓\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [".secret.new", "secret"])
def test_a_link_that_lies_in_wait_is_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    write_private(tmp_path / "secret", "new\n")
    assert not (tmp_path / "elsewhere").exists()


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_private(tmp_path / "secret", "new\n")
    assert str(caught.value) == f"[Errno 21] Is a directory: '{tmp_path / 'secret'}'"
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        write_atomic(tmp_path / "nowhere" / "page", "new\n")
    assert caught.value.filename == str(tmp_path / "nowhere" / "page")


def test_a_file_without_a_secret_may_be_read_as_the_umask_says(tmp_path: Path) -> None:
    usual = os.umask(0o022)
    try:
        write_atomic(tmp_path / "page", b"new\n")
    finally:
        os.umask(usual)
    assert (tmp_path / "page").read_bytes() == b"new\n"
    assert stat.S_IMODE((tmp_path / "page").stat().st_mode) == 0o644


def test_what_somebody_else_wrote_first_stays_where_that_is_wanted(tmp_path: Path) -> None:
    for text in ("first", "second"):
        create_private(tmp_path / "key", text)
    assert (tmp_path / "key").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomic(pipe, "all of it")
        assert os.read(reader, 100) == b"all of it"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_an_open_files_name_is_written_to_after_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "said").write_text("before\n")
    with (tmp_path / "said").open("ab") as opened:
        write_atomic(Path(f"/proc/self/fd/{opened.fileno()}"), "all of it\n")
    assert (tmp_path / "said").read_text() == "before\nall of it\n"
    assert [path.name for path in tmp_path.iterdir()] == ["said"]
