"""A file that one process keeps is another's as soon as that one lets go."""

from pathlib import Path

import pytest

from connector.locked_file import locked_file


def test_a_name_is_kept_from_others_until_it_is_let_go(tmp_path: Path) -> None:
    with locked_file(tmp_path / "a"):
        with pytest.raises(BlockingIOError), locked_file(tmp_path / "a"):
            raise AssertionError("kept twice")
        with locked_file(tmp_path / "b"):
            assert len(list(tmp_path.iterdir())) == 2
    assert not list(tmp_path.iterdir())
    with locked_file(tmp_path / "a"):
        pass


def test_a_lock_that_its_owner_took_away_keeps_nobody(tmp_path: Path) -> None:
    with locked_file(tmp_path / "a"):
        (tmp_path / ".a.lock").unlink()
        with locked_file(tmp_path / "a"):
            assert (tmp_path / ".a.lock").is_file()


def test_only_ones_own_lock_is_taken_away(tmp_path: Path) -> None:
    later = locked_file(tmp_path / "a")
    with locked_file(tmp_path / "a"):
        (tmp_path / ".a.lock").unlink()
        later.__enter__()
    with pytest.raises(BlockingIOError), locked_file(tmp_path / "a"):
        raise AssertionError("kept twice")
    later.__exit__(None, None, None)


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked_file(tmp_path / "no" / "a"):
        pass
