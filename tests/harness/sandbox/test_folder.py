"""The folder of a sandbox: its state stays, the rest goes, and nobody shares it."""

from pathlib import Path

import pytest

from harness.errors import OutputError
from harness.sandbox.folder import SandboxFolder, kept_by_this_process


def test_the_state_stays_and_what_is_there_while_it_runs_goes(tmp_path: Path) -> None:
    folder = SandboxFolder(root=tmp_path / "box")
    with kept_by_this_process(folder):
        assert folder.is_in_use()
        folder.up.write_text("{}")
        (folder.state / "store").write_text("kept")
    assert not folder.is_in_use()
    assert not folder.running.exists()
    assert (folder.state / "store").read_text() == "kept"
    assert folder.forget()
    assert not folder.forget()


def test_a_folder_is_one_sandboxs_own(tmp_path: Path) -> None:
    folder = SandboxFolder(root=tmp_path)
    with (
        kept_by_this_process(folder),
        pytest.raises(OutputError, match="a sandbox starts there already"),
        kept_by_this_process(folder),
    ):
        pass


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("important")
    with (
        pytest.raises(OutputError, match="holds files that are no sandbox"),
        kept_by_this_process(SandboxFolder(root=tmp_path)),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
