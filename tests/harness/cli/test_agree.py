"""`spoolproof agree`: its exit codes, its object for scripts, and what it leaves in a folder."""

import json
from pathlib import Path

import pytest

from connector.values import replace
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from reports.journal import read_journal, write_journal
from tests.harness.scenario.samples import CALM

_FAR = """
[[toxics]]
link = "client-gateway"
kind = "latency"
latency = "20ms"
"""


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    path = tmp_path / "calm.toml"
    path.write_text(CALM)
    return path


def test_worlds_that_agree_are_a_success(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["agree", str(calm)]) == Exit.VALID
    shown = capfd.readouterr()
    assert "model and virtual agree to the last bit" in shown.out
    assert "calm, virtual" in shown.err


def test_runs_that_differ_fail_and_the_first_differing_row_is_named(
    calm: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A slow link, in a run that says that it is of the same scenario, as another version may play it."""
    slow = tmp_path / "slow.toml"
    slow.write_text(CALM + _FAR)
    for path in (calm, slow):
        assert invoke(["run", str(path), "--world", "virtual", "--out", str(tmp_path / path.stem)]) == Exit.VALID
    near, far = (read_journal(tmp_path / name / "journal.json") for name in ("calm", "slow"))
    write_journal(tmp_path / "far.json", replace(far, scenario=near.scenario, scenario_text=near.scenario_text))
    capfd.readouterr()
    arguments = ["agree", str(tmp_path / "calm" / "journal.json"), str(tmp_path / "far.json"), "--json"]
    assert invoke(arguments) == Exit.INVALID
    shown = json.loads(capfd.readouterr().out)
    (found,) = shown["agreements"]
    assert (shown["agrees"], found["agrees"], found["rule"]) == (False, False, "exact")
    assert found["differences"][0]["row"] == "toxic-on client-gateway"
    first = next(row for row in found["differences"] if row["table"] == "ops")
    assert first["row"].startswith("client-1 create 'share-0001")
    assert list(first["fields"]) == ["completed"]
    assert found["largest"][0]["seconds"] > 0


def test_a_folder_gets_the_agreement_and_the_runs(
    calm: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert invoke(["agree", str(calm), "--worlds", "virtual,model,virtual-ssh", "--seed", "9", "--out", str(out)]) == 0
    capfd.readouterr()
    document = json.loads((out / "agreement.json").read_text())
    assert [each["worlds"] for each in document["agreements"]] == [["virtual", "model"], ["virtual", "virtual-ssh"]]
    assert document["agreements"][0]["series"][0]["name"] == "create.accept"
    journals = [read_journal(out / world / "journal.json") for world in ("virtual", "model", "virtual-ssh")]
    assert {journal.seed for journal in journals} == {9}
    assert invoke(["agree", str(calm), "--out", str(out)]) == Exit.BAD_INPUT
    assert "use --force to replace them" in capfd.readouterr().err


def test_saved_journals_of_one_run_agree_and_those_of_two_seeds_cannot(
    calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for seed, name in (("1", "one"), ("1", "again"), ("2", "two")):
        assert invoke(["run", str(calm), "--world", "virtual", "--seed", seed, "--out", name]) == Exit.VALID
    capfd.readouterr()
    assert invoke(["agree", "one", "again/journal.json"]) == Exit.VALID
    assert "one and again/journal.json agree to the last bit" in capfd.readouterr().out
    assert invoke(["agree", "one", "two"]) == Exit.BAD_INPUT
    assert "calm with seed 1, calm with seed 2" in capfd.readouterr().err
    assert invoke(["agree", "one"]) == Exit.BAD_INPUT


def test_a_live_journal_is_never_the_measure(
    calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke(["run", str(calm), "--world", "virtual", "--out", "virtual"]) == Exit.VALID
    played = read_journal(tmp_path / "virtual" / "journal.json")
    write_journal(tmp_path / "live.json", replace(played, world="live"))
    capfd.readouterr()
    assert invoke(["agree", "live.json", "virtual", "--within", "1ms", "--json"]) == Exit.VALID
    (found,) = json.loads(capfd.readouterr().out)["agreements"]
    assert (found["worlds"], found["rule"], found["within"]) == (["virtual", "live.json"], "within", 0.001)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--worlds", "model,nether"], "accepted: live, real, virtual, virtual-ssh, model"),
        (["--worlds", "model"], "must name at least two different worlds"),
        (["--worlds", "model,model"], "must name at least two different worlds"),
        (["other.toml"], "give one scenario, or saved journals only"),
        (["--within", "soon"], "a duration is a number of seconds"),
    ],
)
def test_bad_input_is_one_clear_line(
    calm: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert invoke(["agree", str(calm), *arguments]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err


def test_a_scenario_that_there_is_not_is_bad_input(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["agree", "nowhere"]) == Exit.BAD_INPUT
    assert "nowhere" in capfd.readouterr().err
