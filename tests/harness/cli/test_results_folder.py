"""Results go to a folder of their own, and never over files that are not results."""

import json
import os
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.cli.lint import write_schema
from harness.cli.results_folder import lock_folder, new_results_folder, use_results_folder, write_output, write_results
from harness.errors import OutputError
from reports.journal import read_journal
from tests.full_disk import files_of_at_most
from tests.harness.cli.journals import journal


def test_the_first_free_number_is_taken(tmp_path: Path) -> None:
    folders = [new_results_folder("calm", 7, root=tmp_path / "runs") for _ in range(3)]
    assert [folder.name for folder in folders] == ["calm-7-1", "calm-7-2", "calm-7-3"]
    assert all(folder.is_dir() for folder in folders)


def test_a_root_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("mine")
    with pytest.raises(OutputError, match="runs: is not a folder"):
        new_results_folder("calm", 7, root=tmp_path / "runs")


def test_an_empty_or_absent_folder_is_taken(tmp_path: Path) -> None:
    assert use_results_folder(tmp_path, force=False) == tmp_path
    assert use_results_folder(tmp_path / "a" / "b", force=False).is_dir()


def test_results_are_written_and_replaced_only_by_force(tmp_path: Path) -> None:
    write_results(use_results_folder(tmp_path, force=False), journal())
    assert {path.name for path in tmp_path.iterdir()} == {"journal.json", "report.html", "junit.xml"}
    assert read_journal(tmp_path / "journal.json") == journal()
    with pytest.raises(OutputError, match="use --force to replace them"):
        use_results_folder(tmp_path, force=False)
    assert use_results_folder(tmp_path, force=True) == tmp_path


@pytest.mark.parametrize("force", [True, False])
def test_files_of_others_are_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(OutputError, match="not results of a run"):
        use_results_folder(tmp_path, force=force)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="is not a folder"):
            use_results_folder(path, force=True)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that takes no files from anyone")
def test_a_folder_that_cannot_be_made_is_one_clear_line() -> None:
    with pytest.raises(OutputError, match="cannot be used: "):
        use_results_folder(Path(f"/proc/{os.getpid()}/results"), force=False)


def test_a_folder_is_kept_to_one_run_until_that_has_ended(tmp_path: Path) -> None:
    with lock_folder(tmp_path):
        with pytest.raises(OutputError, match="is in use by another run"), lock_folder(tmp_path):
            pass
        with lock_folder(None):
            pass
    with lock_folder(tmp_path):
        pass


def test_a_run_that_finds_its_folder_held_leaves_it_to_the_other(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with lock_folder(tmp_path):
        code = invoke(["run", "happy_path", "--world", "model", "--out", str(tmp_path)])
    assert code == Exit.BAD_INPUT
    assert capfd.readouterr().err == f"{tmp_path}: is in use by another run; choose another folder\n"
    assert tmp_path.is_dir()


def test_what_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    saved, new = tmp_path / "saved", tmp_path / "new"
    saved.write_text("as before")
    for path in (saved, new):
        with files_of_at_most(100), pytest.raises(OutputError, match=f"^{path}: cannot be written: File too large$"):
            write_output(path, "x" * 1000)
    assert saved.read_text() == "as before"
    assert list(tmp_path.iterdir()) == [saved]


def test_the_schema_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    with files_of_at_most(8192), pytest.raises(OutputError, match="cannot be written"):
        write_schema(path)
    assert list(tmp_path.iterdir()) == []
    write_schema(path)
    assert json.loads(path.read_text())["title"]


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_output(pipe, "text")
    assert os.read(reading, 100) == b"text"
    assert pipe.is_fifo()
    os.close(reading)
