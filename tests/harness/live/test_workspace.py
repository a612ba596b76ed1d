"""The directory of a run is gone afterwards, and a run on a full disk is no run."""

import shutil
from pathlib import Path

import pytest

from harness.errors import WorldError
from harness.live.workspace import workspace

MORE_THAN_THERE_IS = 1 << 62


def test_it_is_gone_afterwards_unless_somebody_keeps_it(tmp_path: Path) -> None:
    with workspace(None) as passing:
        (passing / "store.db").touch()
    with workspace(tmp_path / "kept") as kept:
        (kept / "store.db").touch()
    assert not passing.exists()
    assert (kept / "store.db").exists()


def test_a_disk_that_is_full_at_the_end_is_said_and_the_directory_is_gone_all_the_same() -> None:
    with pytest.raises(WorldError, match="the disk is full"), workspace(None, room=MORE_THAN_THERE_IS) as directory:
        pass
    assert not directory.exists()


def test_what_the_run_itself_says_comes_first() -> None:
    with pytest.raises(LookupError), workspace(None, room=MORE_THAN_THERE_IS):
        raise LookupError


def test_a_run_without_a_place_for_its_files_says_how_to_give_it_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(WorldError, match=r"no place .*No such file or directory.*set TMPDIR"), workspace(None):
        pass


def test_a_folder_to_keep_files_in_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorldError, match=r"file/kept.*: Not a directory"), workspace(tmp_path / "file" / "kept"):
        pass


def test_a_directory_that_somebody_removed_is_said() -> None:
    with pytest.raises(WorldError, match="was removed while the run lasted"), workspace(None) as directory:
        shutil.rmtree(directory)


def test_what_went_wrong_for_want_of_the_directory_comes_first() -> None:
    def fail(directory: Path) -> None:
        shutil.rmtree(directory)
        raise LookupError

    with pytest.raises(LookupError), workspace(None) as directory:
        fail(directory)
