"""`explore` finds, shrinks and saves; `replay` plays what was saved."""

import json
from pathlib import Path

import pytest

from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.errors import WorldError
from harness.run.progress import Progress
from harness.run.result import RunResult
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.scenario import Scenario
from harness.virtual.run_handle import RunHandle
from harness.virtual.runner import VirtualRunner
from tests.harness.cli.interrupted import ARMED

OVERRIDES = ("--overrides", "processor=harness.mutants.fails_on_silence:OVERRIDES")


def test_a_bug_that_is_put_in_is_found_saved_and_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    assert invoke(["explore", "explore", *OVERRIDES, "--runs", "60", "--out", str(out), "--json"]) == Exit.INVALID
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert (failure["events"], failure["arrivals"], failure["minimal"]) == (1, 1, True)
    assert (out / "failure-1" / "regression.toml").is_file()
    assert (out / "failure-1" / "report.html").is_file()
    assert invoke(["replay", str(out / "failure-1")]) == Exit.VALID
    assert capsys.readouterr().out == "the same history, byte for byte: invalid\n"
    assert invoke(["explore", "explore", *OVERRIDES, "--runs", "60", "--out", str(out)]) == Exit.BAD_INPUT


def test_a_correct_pipeline_gives_nothing_to_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found"
    assert invoke(["explore", "explore", "--runs", "5", "--out", str(out)]) == Exit.VALID
    assert capsys.readouterr().out.startswith("5 runs, ")
    (record,) = out.iterdir()
    assert (record.name, json.loads(record.read_text())["failures"]) == ("exploration.json", [])


def test_a_run_without_a_verdict_is_saved_with_the_reason_and_played_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "idle.toml"
    base.write_text('title = "Idle"\n[workload]\nrate = 2\nduration = "1s"\nmix = { delete = 1 }\n[clusters.north]\n')
    out = tmp_path / "found"
    assert invoke(["explore", str(base), "--runs", "1", "--out", str(out), "--json"]) == Exit.UNKNOWN
    unknown = json.loads(capsys.readouterr().out)["first_unknown"]
    assert (unknown["doubts"], unknown["folder"]) == (["V1: no client asked anything"], str(out / "unknown-1"))
    assert "#   V1: no client asked anything\n" in (out / "unknown-1" / "regression.toml").read_text()
    assert invoke(["replay", str(out / "unknown-1")]) == Exit.VALID
    assert capsys.readouterr().out == "the same history, byte for byte: unknown\n"
    assert invoke(["explore", str(base), "--runs", "1", "--out", str(out), "--force"]) == Exit.UNKNOWN
    assert "no verdict after 1 run: V1: no client asked anything\n" in capsys.readouterr().out


def test_what_is_found_takes_the_place_of_what_was_found_before(tmp_path: Path) -> None:
    out = tmp_path / "found"
    assert (
        invoke(["explore", "explore", *OVERRIDES, "--runs", "60", "--shrink", "0", "--out", str(out)]) == Exit.INVALID
    )
    stale = out / "failure-7"
    stale.mkdir()
    (stale / "regression.toml").write_text("stale")
    (out / "failure-1" / "notes.txt").write_text("mine")
    assert invoke(["explore", "explore", "--runs", "2", "--out", str(out)]) == Exit.BAD_INPUT
    assert stale.is_dir()
    assert invoke(["explore", "explore", "--runs", "2", "--out", str(out), "--force"]) == Exit.VALID
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*")) == [
        "exploration.json",
        "failure-1",
        "failure-1/notes.txt",
    ]


def test_a_processor_that_does_not_come_up_again_after_a_kill_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overrides = ("--overrides", "processor=tests.harness.explore.no_second_life:OVERRIDES")
    arguments = ["explore", "explore", *overrides, "--runs", "12", "--shrink", "20", "--out", str(tmp_path / "found")]
    assert invoke(arguments) == Exit.INVALID
    printed = capsys.readouterr().out
    assert "V4 violated after" in printed
    assert "kill processor" in printed


def _breaks_at_kills(
    world: VirtualRunner,
    scenario: Scenario,
    *,
    seed: int,
    progress: Progress | None = None,
    handle: RunHandle | None = None,
) -> RunResult:
    if any(step.kind is NemesisKind.KILL for step in scenario.nemesis):
        raise WorldError("there is no second life")
    return _PLAY_NOW(world, scenario, seed=seed, progress=progress, handle=handle)


_PLAY_NOW = VirtualRunner.run_now


def test_a_world_that_breaks_is_kept_with_what_led_to_it_and_exploring_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "found"
    with monkeypatch.context() as broken:
        broken.setattr(VirtualRunner, "run_now", _breaks_at_kills)
        assert invoke(["explore", "explore", "--runs", "12", "--out", str(out)]) == Exit.INTERNAL_ERROR
    printed = capsys.readouterr().out
    assert "12 runs, " in printed
    assert "harness failure" in printed
    saved = out / "breakdown-1" / "breakdown.toml"
    assert f"  scenario: {saved}\n" in printed
    assert "there is no second life" in saved.read_text()
    assert "kill processor" in saved.read_text()
    record = json.loads((out / "exploration.json").read_text())
    assert record["harness_failures"] > 0
    assert len(record["breakdowns"]) == 1
    assert invoke(["run", str(saved), "--world", "virtual", "--out", str(tmp_path / "again")]) == Exit.VALID


def test_a_livelock_is_a_harness_failure_that_names_the_busiest_tasks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    overrides = ("--overrides", "processor=harness.mutants.claims_stay_due:OVERRIDES")
    assert invoke(["explore", "explore", *overrides, "--runs", "1", "--out", str(out)]) == Exit.INTERNAL_ERROR
    assert "harness failure after 1 run: livelock at " in capsys.readouterr().out
    assert "busiest: processor: Dispatcher" in (out / "breakdown-1" / "breakdown.toml").read_text()


def test_a_signal_ends_it_and_what_there_is_is_kept_unshrunk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ARMED, "yes")
    out = tmp_path / "found"
    overrides = ("--overrides", "processor=tests.harness.cli.interrupted:OVERRIDES")
    arguments = ["explore", "explore", *overrides, "--runs", "100000", "--keep-going", "--out", str(out)]
    assert invoke(arguments) == Exit.INTERRUPTED
    captured = capsys.readouterr()
    assert "stopping: saving what was found" in captured.err
    assert "budget used up, may not be minimal" in captured.out
    assert captured.out.endswith("; stopped early\n")
    assert (out / "failure-1" / "journal.json").is_file()


def test_it_ends_when_the_time_is_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found"
    assert invoke(["explore", "explore", "--runs", "100000", "--time", "1ms", "--out", str(out)]) == Exit.VALID
    assert capsys.readouterr().out.startswith("1 run, ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--overrides", "kitchen=a:B"), "PART is one of api, relay, processor, notifier, gateway"),
        (("--overrides", "processor"), "needs the form PART=module:attribute"),
        (("--overrides", "processor=no_such_module:OVERRIDES"), "no_such_module"),
        (("--time", "soon"), "soon"),
    ],
)
def test_what_cannot_be_read_is_named(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["explore", "explore", "--runs", "1", *arguments]) == Exit.BAD_INPUT
    (line,) = capsys.readouterr().err.splitlines()
    assert complaint in line


def test_only_a_service_that_virtual_time_can_carry_is_explored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = tmp_path / "service.toml"
    service.write_text('kind = "url"\nurl = "http://127.0.0.1:1"\n')
    assert invoke(["explore", "explore", "--service", str(service)]) == Exit.BAD_INPUT
    assert "the virtual world cannot play a service of kind 'url'" in capsys.readouterr().err
