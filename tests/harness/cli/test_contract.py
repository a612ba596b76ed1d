"""`spoolproof contract`: what it prints and writes, and how it exits."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.contract.clauses import CLAUSES


def _contract(*words: str, out: Path) -> int:
    return invoke(["contract", *words, "--out", str(out)])


def test_a_fake_conforms_and_its_reports_lie_in_the_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _contract("fake", "--clause", "create.*", "--clause", "ping.*", out=tmp_path / "out") == Exit.VALID
    said = capfd.readouterr()
    assert f"conforms, in 6 of {len(CLAUSES)} clauses" in said.out
    assert "nothing left behind" in said.out
    assert "6 of 6 clauses" in said.err
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"contract.json", "junit.xml", "report.html", "summary.md"}
    document = json.loads((tmp_path / "out" / "contract.json").read_text())
    assert len(document["clauses"]) == len(CLAUSES), "what was filtered out is in the report as well"


def test_a_defect_is_told_with_what_was_asked_and_answered(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    id = "create.makes-the-share"
    assert _contract("fake", "--defect", id, "--clause", id, out=tmp_path / "out") == Exit.INVALID
    said = capfd.readouterr().out
    assert f"does not conform: 1 clause failed ({id})" in said
    assert "show does not find" in said
    assert "→ done" in said
    tree = ElementTree.parse(tmp_path / "out" / "junit.xml")
    (failure,) = tree.findall(".//failure")
    assert "show does not find" in failure.attrib["message"]


def test_a_filter_that_matches_nothing_is_a_mistake(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _contract("fake", "--clause", "create.*", "--clause", "kreate.*", out=tmp_path) == Exit.BAD_INPUT
    assert "'kreate.*' matches no clause" in capfd.readouterr().err


def test_a_run_of_recommendations_alone_decides_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _contract("fake", "--clause", "resize.shrinks", out=tmp_path / "out") == Exit.UNKNOWN
    assert "no clause ran that is a must" in capfd.readouterr().out


def test_the_word_run_may_be_left_out(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--clause", "ping.answers", "--json"]
    assert _contract("run", "fake", *words, out=tmp_path / "a") == Exit.VALID
    assert _contract(*words, "fake", out=tmp_path / "b") == Exit.VALID
    assert capfd.readouterr().out.count('"verdict": "valid"') == 2


def test_a_target_that_does_not_answer_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    address = ["ssh://nobody@127.0.0.1:1", "--host-key", "SHA256:a", "--ledger", str(tmp_path / "ledger")]
    assert _contract(*address, out=tmp_path / "out") == Exit.SERVICE_UNAVAILABLE
    said = capfd.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "nobody@127.0.0.1:1 cannot be tested: the connection was refused" in line


def test_the_clauses_are_listed(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["contract", "clauses", "--json"]) == Exit.VALID
    rows = json.loads(capfd.readouterr().out)["clauses"]
    assert [row["id"] for row in rows] == [clause.id for clause in CLAUSES]
    assert invoke(["contract", "clauses"]) == Exit.VALID
    said = capfd.readouterr().out
    assert all(clause.id in said for clause in CLAUSES)


def test_a_sweep_of_a_target_without_ledgers_finds_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["contract", "sweep", "fake", "--ledger", str(tmp_path)]) == Exit.VALID
    assert "0 shares left behind" in capfd.readouterr().out
