"""`spoolproof fidelity`: what it prints and writes, and how it exits."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit

DEFECT = ("--defect", "create.shows-its-request")


def _fidelity(*words: str, out: Path) -> int:
    return invoke(["fidelity", *words, "--out", str(out)])


def test_a_difference_is_reported_saved_and_played_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    words = ("--sequences", "4", "--fail-fast")
    assert _fidelity("fake", "fake", *DEFECT, *words, out=out) == Exit.INVALID
    said = capfd.readouterr()
    assert "the fake differs" in said.out
    assert "shrunk to" in said.out
    assert {path.name for path in out.iterdir()} == {"difference.toml", "fidelity.json", "report.html"}
    assert json.loads((out / "fidelity.json").read_text())["shrunk"]["minimal"] is True
    file = str(out / "difference.toml")
    assert _fidelity("fake", "fake", *DEFECT, "--replay", file, out=tmp_path / "again") == Exit.INVALID
    assert _fidelity("fake", "fake", "--replay", file, out=tmp_path / "mended") == Exit.VALID
    assert "no difference in this sequence" in capfd.readouterr().out


def test_a_clusters_file_is_a_fake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two.toml").write_text('[clusters.north]\n[clusters.south]\ncapabilities = ["mark"]\n')
    (tmp_path / "ask.toml").write_text("format = 1\n[[steps]]\ncommands = [{ verb = 'capabilities' }]\n")
    both = [str(tmp_path / "two.toml")] * 2
    words = ("--real-cluster", "north", "--replay", str(tmp_path / "ask.toml"), "--json")
    assert _fidelity(*both, *words, "--cluster", "north", out=tmp_path / "same") == Exit.VALID
    assert json.loads(capfd.readouterr().out)["real"] == "two.toml: north"
    assert _fidelity(*both, *words, "--cluster", "south", out=tmp_path / "apart") == Exit.INVALID
    (row,) = json.loads(capfd.readouterr().out)["differences"]
    assert row["fake"] == "done (mark)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fake", "filer"], "'filer' is no target"),
        (["fake", "fake", "--key", "k"], "--key is only for an ssh:// address"),
        (["fake", "bad.toml", "--profile", "lan"], "--profile is only for FAKE where that is the word `fake`"),
        (["fake", "fake", "--cluster", "north"], "--cluster is only for a file of clusters"),
        (["fake", "fake", "--differences", "bad.toml"], "bad.toml:2: differences[0]: needs verb or share"),
        (["fake", "fake", "--replay", "bad.toml"], "bad.toml"),
        (["fake", "fake", "--replay", "verb.toml"], "verb.toml:3: steps[0].commands[0]: create needs share"),
        (["fake", "fake", "--sequences", "0"], "--sequences"),
    ],
)
def test_what_is_not_acceptable_is_said_in_a_line(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.toml").write_text("# intended\n[[differences]]\nreason = 'nothing of the kind'\n")
    Path("verb.toml").write_text("format = 1\n[[steps]]\ncommands = [{ verb = 'create' }]\n")
    assert invoke(["fidelity", *words]) == Exit.BAD_INPUT
    said = capfd.readouterr()
    assert message in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert list(Path().glob("runs/*")) == []


def test_a_target_that_does_not_answer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    address = ("ssh://nobody@127.0.0.1:1", "fake", "--host-key", "SHA256:a", "--ledger", str(tmp_path / "ledger"))
    assert invoke(["fidelity", *address]) == Exit.SERVICE_UNAVAILABLE
    assert list(Path().glob("runs/*")) == []
    said = capfd.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "nobody@127.0.0.1:1 cannot be tested: the connection was refused" in line
