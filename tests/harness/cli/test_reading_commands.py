"""The commands that only read: faults, report, lint and schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fake_clusters.faults import FAULTS
from harness.cli.entry import invoke
from harness.cli.invariant_list import INVARIANTS
from harness.cli.results_folder import write_results
from harness.toxics import TOXICS
from reports.invariants import PROMISES
from tests.full_disk import files_of_at_most
from tests.harness.cli.journals import journal
from tests.harness.scenario.samples import CALM, EVERYTHING


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "calm.toml"
    path.write_text(CALM)
    return path


def test_faults_lists_every_kind(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["faults"]) == 0
    shown = capfd.readouterr().out
    assert all(name in shown for name in FAULTS)


def test_toxics_lists_every_kind(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["toxics"]) == 0
    out = capfd.readouterr().out
    assert all(name in out for name in TOXICS)


def test_toxics_as_json_is_one_object(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["toxics", "--json"]) == 0
    toxics = {toxic["name"]: toxic for toxic in json.loads(capfd.readouterr().out)["toxics"]}
    assert list(toxics) == list(TOXICS)
    assert [text["name"] for text in toxics["slicer"]["parameters"]] == ["average_size", "size_variation", "delay"]
    assert toxics["latency"]["counterpart"].startswith("latency")


def test_faults_as_json_is_one_object(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["faults", "--json"]) == 0
    faults = {fault["name"]: fault for fault in json.loads(capfd.readouterr().out)["faults"]}
    assert list(faults) == list(FAULTS)
    assert faults["reply_lost"]["ambiguous"] is True
    assert "probability" not in faults["refused"]["selectors"]
    assert [parameter["name"] for parameter in faults["late_effect"]["parameters"]] == ["delay", "answer", "overtaken"]


def test_explain_tells_what_an_invariant_promises_and_why(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["explain", "s5", "L1"]) == 0
    shown = " ".join(capfd.readouterr().out.split())
    for name in ("S5", "L1"):
        assert PROMISES[name].sentence in shown
        assert PROMISES[name].why in shown
        assert " ".join(" ".join(PROMISES[name].example).split()) in shown


def test_explain_without_a_name_lists_all_invariants(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["explain"]) == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == list(INVARIANTS)
    assert set(INVARIANTS) == set(PROMISES)


def test_explain_names_the_invariants_that_there_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["explain", "S99"]) == 64
    assert "no invariant 'S99'; accepted: S1, S2," in capfd.readouterr().err


@pytest.mark.parametrize(("name", "command"), [("reply_lost", "faults"), ("bandwidth", "toxics")])
def test_explain_says_where_a_fault_or_a_toxic_is_explained(
    capfd: pytest.CaptureFixture[str], name: str, command: str
) -> None:
    assert invoke(["explain", name]) == 64
    assert f"`spoolproof {command}` says what it does" in capfd.readouterr().err


def test_report_shows_a_journal_given_its_folder_or_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_results(tmp_path, journal())
    assert invoke(["report", str(tmp_path)]) == 0
    first = capfd.readouterr().out
    assert "VALID" in first
    assert invoke(["report", str(tmp_path / "journal.json")]) == 0
    assert capfd.readouterr().out == first


@pytest.mark.parametrize(("format", "name"), [("html", "report.html"), ("junit", "junit.xml")])
def test_report_writes_the_other_forms(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], format: str, name: str
) -> None:
    write_results(tmp_path, journal())
    (tmp_path / name).unlink()
    assert invoke(["report", str(tmp_path), "--format", format]) == 0
    assert capfd.readouterr().out == f"{tmp_path / name}\n"
    assert (tmp_path / name).read_text()
    assert invoke(["report", str(tmp_path), "--format", format, "--out", str(tmp_path / "no" / "where")]) == 64
    assert "cannot be written" in capfd.readouterr().err


@pytest.mark.parametrize("text", ["", "{}", "[1]", "\x00"])
def test_report_refuses_what_is_no_journal(tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str) -> None:
    path = tmp_path / "journal.json"
    path.write_text(text)
    assert invoke(["report", str(path)]) == 64
    assert capfd.readouterr().err.startswith(f"{path}: ")


def test_report_of_nothing_is_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["report", str(tmp_path / "none")]) == 64
    assert capfd.readouterr().err == f"{tmp_path / 'none'}: cannot be read: No such file or directory\n"


def test_lint_says_that_there_is_nothing_to_say(scenario: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["lint", str(scenario), "--strict"]) == 0
    assert capfd.readouterr().out == f"{scenario}: ok\n"


def test_lint_warns_with_the_line_and_is_strict_on_demand(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.toml"
    path.write_text(EVERYTHING.replace("reply_lost = 3", "reply_lost = 300"))
    assert invoke(["lint", str(path)]) == 0
    assert capfd.readouterr().out.startswith(f"warning: {path}:58: expect.reply_lost: expects 300")
    assert invoke(["lint", str(path), "--strict"]) == 1


def test_the_problems_of_all_files_are_shown_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / "a.toml", tmp_path / "b.toml"]
    for path in paths:
        path.write_text(CALM.replace("rate = 20", "rate = 0"))
    assert invoke(["lint", *map(str, paths)]) == 64
    assert capfd.readouterr().err == "".join(
        f"{path}:5: workload.rate: must be greater than 0 (got 0)\n" for path in paths
    )


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One to be warned of, one that is no scenario, one that is well; the name of a fourth leads nowhere."""
    monkeypatch.chdir(tmp_path)
    Path("a.toml").write_text(EVERYTHING.replace("reply_lost = 3", "reply_lost = 300"))
    Path("b.toml").write_text(CALM.replace("rate = 20", "rate = 0"))
    Path("c.toml").write_text(CALM)
    return ["a.toml", "b.toml", "no-such", "c.toml"]


def test_one_bad_file_costs_nobody_the_advice_on_the_others(
    three: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["lint", *three]) == 64
    shown = capfd.readouterr()
    assert shown.out.startswith("warning: a.toml:58: expect.reply_lost: expects 300")
    assert shown.out.endswith("\nc.toml: ok\n")
    bad, missing = shown.err.splitlines()
    assert bad == "b.toml:5: workload.rate: must be greater than 0 (got 0)"
    assert missing.startswith("no scenario 'no-such'")


def test_the_object_of_lint_has_the_errors_of_each_file(three: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["lint", *three, "--json", "--strict"]) == 64
    told = json.loads(capfd.readouterr().out)
    a, b, missing, c = told["scenarios"]
    assert told["exit"] == 64
    assert (a["scenario"], a["errors"], a["advice"][0]["key"]) == ("a.toml", [], "expect.reply_lost")
    problem = {"line": 5, "key": "workload.rate", "message": "must be greater than 0 (got 0)"}
    assert b == {"scenario": "b.toml", "errors": [problem], "advice": []}
    assert missing["scenario"] == "no-such"
    assert missing["errors"][0]["message"].startswith("no scenario 'no-such'")
    assert c == {"scenario": "c.toml", "errors": [], "advice": []}


def test_run_names_what_is_wrong_with_each_of_its_files(three: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", *three, "--world", "model", "--out", "out"]) == 64
    bad, missing = capfd.readouterr().err.splitlines()
    assert (bad.startswith("b.toml:5:"), missing.startswith("no scenario 'no-such'")) == (True, True)
    assert not Path("out").exists()


@pytest.mark.parametrize("command", ["compare", "agree"])
def test_what_compares_journals_names_what_is_wrong_with_each(
    tmp_path: Path, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        path.write_text("{}")
    assert invoke([command, *map(str, paths)]) == 64
    said = capfd.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == list(map(str, paths))


def test_an_unknown_name_lists_the_shipped_ones(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["lint", "no-such"]) == 64
    assert "the shipped ones are" in capfd.readouterr().err


def test_schema_goes_to_stdout_or_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["schema"]) == 0
    shown = capfd.readouterr().out
    Draft202012Validator.check_schema(json.loads(shown))
    assert invoke(["schema", "--out", str(tmp_path / "schema.json")]) == 0
    assert (tmp_path / "schema.json").read_text() == shown
    assert invoke(["schema", "--out", str(tmp_path / "no" / "where")]) == 64


def test_a_schema_on_a_full_disk_leaves_what_was_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "schema.json"
    old.write_text("the old one")
    with files_of_at_most(1000):
        assert invoke(["schema", "--out", str(old)]) == 64
    assert "cannot be written" in capfd.readouterr().err
    assert old.read_text() == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["schema.json"]
