"""Only what a program wrote itself is written again."""

import os
from pathlib import Path

import pytest

from connector.atomic_file import write_private
from connector.output_files import check_overwritable, symlink_escapes


def ours(text: str) -> bool:
    return text == "ours\n"


@pytest.mark.parametrize("text", [None, "", "\n", "ours\n"])
def test_nothing_an_empty_file_and_one_of_ours_may_be_replaced(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "it").write_text(text)
    check_overwritable(tmp_path / "it", ours)


@pytest.mark.parametrize("content", [b"a thesis\n", b"ours\nand more\n", b"\xff\xfe", b"\0"])
def test_a_file_of_somebody_elses_may_not(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "it").write_bytes(content)
    with pytest.raises(FileExistsError, match="was not written by this command"):
        check_overwritable(tmp_path / "it", ours)


def test_neither_a_link_nor_a_pipe_nor_a_folder_may(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("ours\n")
    (tmp_path / "link").symlink_to("target")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, why in (("link", "a symbolic link"), ("pipe", "not a regular file"), ("folder", "not a regular file")):
        with pytest.raises(OSError, match=why):
            check_overwritable(tmp_path / name, ours)
    with pytest.raises(FileNotFoundError):
        check_overwritable(tmp_path / "nowhere" / "it", ours)


def test_a_private_file_never_takes_the_place_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        write_private(tmp_path / "pipe", "secret")
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_that_leads_out_of_a_folder_is_seen(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "out").symlink_to(tmp_path)
    (tmp_path / "in" / "here").symlink_to(tmp_path / "in")
    assert symlink_escapes(tmp_path / "in", Path("out/x"))
    assert not symlink_escapes(tmp_path / "in", Path("here/x"))
    assert not symlink_escapes(tmp_path / "in", Path("../x"))
