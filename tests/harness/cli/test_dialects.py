"""`spoolproof dialect`: a start, a check against transcripts, one operation on a target."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.app import GlobalOptions, app

TRANSCRIPT = """\
$ volume create home -size 1GB -comment spool/1
Volume home created.
$ volume show nope
Error: volume nope not found
[exit 1]
$ volume destroy home
Volume home destroyed.
$ volume delete home
Volume home is gone.
"""


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), obj=GlobalOptions())
    return result.exit_code, result.output


def test_the_start_is_a_dialect(tmp_path: Path) -> None:
    path = tmp_path / "our.toml"
    assert _run("dialect", "new", str(path))[0] == 0
    assert _run("dialect", "check", str(path)) == (0, "our-array: ok\n")


def test_a_transcript_is_told_part_by_part_with_what_is_nearest(tmp_path: Path) -> None:
    path, said = tmp_path / "our.toml", tmp_path / "said.txt"
    _run("dialect", "new", str(path))
    said.write_text(TRANSCRIPT)
    code, output = _run("dialect", "check", str(path), str(said))
    assert code == 1
    assert "command: create name=home size=1073741824 mark=spool/1\n  reply: done" in output
    assert "reply: refused: not-found" in output
    assert "'volume destroy' is not a command" in output
    assert "nearest: Volume home deleted." in output
    assert "4 exchanges, 2 not understood" in output


def test_one_operation_is_carried_out_on_a_target_word_for_word() -> None:
    code, output = _run("dialect", "try", "zfs", "fake", "show", "name=home")
    assert code == 1
    assert "> zfs list -Hp -o name,quota,mounted,spoolproof:mark tank/home" in output
    assert "refused: not-found" in output


@pytest.mark.parametrize(("words", "complaint"), [(("shw",), "is no operation"), (("show",), "show needs name=")])
def test_what_cannot_be_tried_is_told(words: tuple[str, ...], complaint: str) -> None:
    result = CliRunner().invoke(app, ["dialect", "try", "zfs", "fake", *words], obj=GlobalOptions())
    assert complaint in str(result.exception)
