"""`spoolproof compare` refuses bad input before it plays anything, and shows saved journals like fresh ones."""

import json
from pathlib import Path

import pytest

from connector.values import replace
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from reports.history import PartEnd
from reports.journal import read_journal, write_journal
from tests.harness.scenario.samples import CALM
from tests.reports.runs import blocking, in_process, spool


@pytest.fixture
def calm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "calm.toml"
    path.write_text(CALM)
    return path


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    for run in (blocking(), in_process(), spool()):
        (tmp_path / run.design).mkdir()
        write_journal(tmp_path / run.design / "journal.json", run)
    return ["blocking", "in-process/journal.json", "spool"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--pipelines", "spool,bloking"],
            "unknown pipeline 'bloking' (did you mean 'blocking'?); accepted: spool, blocking, in-process",
        ),
        (["--pipelines", "spool,spool"], "names a pipeline twice"),
        (["other.toml"], "give one scenario, or saved journals only"),
        (["--world", "nether"], "nether"),
    ],
)
def test_bad_input_is_refused_before_anything_is_played(
    calm: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert invoke(["compare", str(calm), *arguments]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert not (calm.parent / "runs").exists()


def test_a_single_run_takes_a_design_and_refuses_what_is_none(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", str(calm), "--pipeline", "bloking"]) == Exit.BAD_INPUT
    assert "accepted: spool, blocking, in-process" in capfd.readouterr().err
    assert not (calm.parent / "runs").exists()


def test_files_of_others_are_kept(calm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["compare", str(calm), "--out", str(calm.parent), "--force"]) == Exit.BAD_INPUT
    assert "not results of a run" in capfd.readouterr().err


def test_saved_journals_are_shown_side_by_side(
    saved: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["compare", *saved, "--out", "side"]) == Exit.VALID
    shown = capfd.readouterr()
    assert "promises lost" in shown.out
    assert "page: side/comparison.html" in shown.out
    assert "in-process" in (tmp_path / "side" / "comparison.html").read_text()


def test_saved_journals_make_one_object(saved: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["compare", *saved, "--json"]) == Exit.VALID
    shown = json.loads(capfd.readouterr().out)
    assert (shown["paired"], shown["page"]) == (True, None)
    assert [(run["label"], run["verdict"], run["lost"]) for run in shown["runs"]] == [
        ("blocking", "invalid", 0),
        ("in-process", "valid", 3),
        ("spool", "valid", 0),
    ]
    assert shown["runs"][0]["active"] == {"p50": 1.0, "p99": None}
    assert shown["runs"][0]["endings"]["on the cluster, no record"] == 1


def test_a_page_that_is_there_already_is_only_replaced_by_force(
    saved: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["compare", *saved, "--out", "side"]) == Exit.VALID
    assert invoke(["compare", *saved, "--out", "side"]) == Exit.BAD_INPUT
    assert "use --force to replace them" in capfd.readouterr().err
    assert invoke(["compare", *saved, "--out", "side", "--force"]) == Exit.VALID


@pytest.mark.parametrize("option", [["--seed", "5"], ["--world", "model"], ["--pipelines", "spool"]])
def test_how_to_play_is_refused_where_nothing_is_played(
    saved: list[str], capfd: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert invoke(["compare", *saved, *option]) == Exit.BAD_INPUT
    shown = capfd.readouterr()
    assert "cannot be combined with saved journals" in shown.err
    assert shown.err.count("\n") == 1


def test_what_the_journals_differ_in_stands_with_each_and_not_above_all(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    names = [str(tmp_path / name) for name in ("one.json", "two.json")]
    for name, world, seed in zip(names, ("live", "model"), (5, 6), strict=True):
        write_journal(Path(name), replace(spool(), world=world, seed=seed))
    assert invoke(["compare", *names, "--json"]) == Exit.VALID
    shown = json.loads(capfd.readouterr().out)
    assert (shown["scenario"], shown["seed"], shown["world"]) == (spool().scenario, None, None)
    assert [(run["label"], run["seed"]) for run in shown["runs"]] == [
        ("spool, seed 5, live", 5),
        ("spool, seed 6, model", 6),
    ]


def test_a_file_that_is_no_journal_is_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    assert invoke(["compare", str(path)]) == Exit.BAD_INPUT
    assert str(path) in capfd.readouterr().err


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (PartEnd(number=1, at=5.0, part="gateway", signal="SIGKILL"), Exit.UNKNOWN),
        (PartEnd(number=1, at=5.0, part="gateway", status=1), Exit.INVALID),
    ],
)
def test_runs_in_which_a_part_ended_unplanned_are_compared_and_no_success(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], end: PartEnd, code: Exit
) -> None:
    (tmp_path / "calm.toml").write_text(CALM)
    arguments = ["run", str(tmp_path / "calm.toml"), "--world", "model", "--out", str(tmp_path / "calm")]
    assert invoke(arguments) == Exit.VALID
    calm = read_journal(tmp_path / "calm" / "journal.json")
    write_journal(tmp_path / "ended.json", replace(calm, history=replace(calm.history, part_ends=(end,))))
    names = [str(tmp_path / "calm" / "journal.json"), str(tmp_path / "ended.json")]
    for command in ("compare", "agree"):
        capfd.readouterr()
        assert invoke([command, *names]) == code
        said = capfd.readouterr().err
        assert f"{names[1]}: The gateway ended at 5.00 s, which nothing in the run had asked for: {end.how}." in said
