"""`capacity`: an interval, its exit codes, what is wrong with an option, and a trial that is played again."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from connector.values import replace
from harness.cli.capacity_exit import exit_of
from harness.cli.entry import invoke
from harness.cli.exits import Exit
from harness.errors import WorldError
from harness.model.runner import ModelRunner
from harness.virtual.runner import VirtualRunner
from reports.capacity import ALL, CapacityCase, CapacityReport, RateInterval

SCENARIO = """title = "Small"
gates = ["p90(create.active) < 500ms", "ratio(errors) <= 1%"]
[workload]
rate = 5
duration = "5s"
spacing = "even"
[client]
poll_every = "5s"
[clusters.north]
limits = { commands = 2 }
latency = { default = "10ms", service = { create = "100ms" } }
"""
QUICK = ("--world", "model", "--repeats", "1", "--within", "20%")


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.toml"
    path.write_text(SCENARIO)
    return str(path)


def _found(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = invoke(["capacity", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_an_interval_is_found_saved_and_each_trial_can_be_played_again(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    code, found = _found(capsys, small, *QUICK, "--out", str(out))
    (case,) = found["cases"]
    (interval,) = case["intervals"]
    assert code == found["exit"] == Exit.VALID
    assert interval["lower"] < 2 / 0.11 < interval["upper"] * 1.01
    assert case["width"] <= 0.2
    assert sorted(path.name for path in out.iterdir()) == ["capacity.html", "capacity.json"]
    failed = next(trial for trial in case["trials"] if trial["outcome"] == "failed")
    page = (out / "capacity.html").read_text()
    replay = next(line for line in page.splitlines() if f"--rate {failed['rate']!r}" in line)
    command = shlex.split(replay.partition(">")[2].partition("<")[0])
    code = invoke([*command[1:], "--json"])
    again = json.loads(capsys.readouterr().out)
    assert (code, again["trial"]) == (Exit.GATE_FAILED, failed)


def test_a_capacity_that_is_too_low_or_has_dropped_exits_with_three(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "before"
    assert invoke(["capacity", small, *QUICK, "--out", str(out), "--at-least", "10"]) == Exit.VALID
    assert invoke(["capacity", small, *QUICK, "--out", str(out), "--force", "--at-least", "30"]) == Exit.GATE_FAILED
    assert "is below 30/s" in capsys.readouterr().out
    slower = tmp_path / "slower.toml"
    slower.write_text(SCENARIO.replace('"100ms"', '"300ms"'))
    before = ("--against", str(out / "capacity.json"))
    assert invoke(["capacity", str(slower), *QUICK, *before, "--out", str(tmp_path / "after")]) == Exit.GATE_FAILED
    assert "now, at least" in capsys.readouterr().out


def test_several_designs_are_searched_in_one_run_and_out_of_time_is_unknown(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (small, *QUICK, "--pipelines", "spool,blocking", "--out", str(tmp_path / "found"))
    code, found = _found(capsys, *words)
    assert (code, [case["label"] for case in found["cases"]]) == (Exit.VALID, ["spool", "blocking"])
    code, found = _found(capsys, *words, "--force", "--time", "1ms")
    assert (code, found["cases"][0]["intervals"][0]["complete"]) == (Exit.UNKNOWN, False)
    assert found["reasons"][0] == "spool: the capacity is not known"


def test_the_virtual_world_finds_what_the_model_finds_and_plays_each_trial_again(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    intervals, trials = [], []
    for world in ("model", "virtual"):
        words = (small, *QUICK[2:], "--world", world, "--out", str(tmp_path / world))
        code, found = _found(capsys, *words)
        assert code == Exit.VALID
        intervals.append(found["cases"][0]["intervals"][0])
        trials.append(found["cases"][0]["trials"])
    assert all(interval["complete"] and interval["limit"] for interval in intervals)
    model, virtual = intervals
    assert max(model["lower"], virtual["lower"]) < min(model["upper"], virtual["upper"])
    last = trials[1][-1]
    again = ("--rate", repr(last["rate"]), "--trial", f"{last['seconds']!r}s", "--warm-up", "1s", "--seed", "1")
    _, found = _found(capsys, small, "--world", "virtual", *again)
    assert found["trial"] == last


def test_gates_that_no_rate_holds_are_said_to_be_so(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    never = (*QUICK, "--gate", "max(create.active) < 1ms", "--out", str(tmp_path / "found"))
    assert invoke(["capacity", small, *never]) == Exit.GATE_FAILED
    shown = capsys.readouterr().out
    assert "no rate holds from " in shown
    assert "max(create.active) < 1ms (measured " in shown
    assert "spool: no rate holds all gates" in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--within", "0%"), "'0%': accepted: 0.1% to 50%"),
        (("--most", "-3"), "-3: a rate is above 0"),
        (("--at-least", "nan"), "nan: a rate is above 0"),
        (("--repeats", "2"), "2 is even"),
        (("--trial", "0s"), "more than 0 is needed"),
        (("--trial", "soon"), "'soon': "),
        (("--warm-up", "5s"), "leaves nothing of the load of 5 s to measure"),
        (("--recovery", "5s"), "needs --hysteresis"),
        (("--gate", "p95(create.accept)"), "'p95(create.accept)': "),
        (("--gate", "p95(op) < 1s during lunch"), "unknown phase 'lunch'; accepted: none: small has no phases"),
        (("--gate", "p95(op) < 1s on norht"), "unknown cluster 'norht' (did you mean 'north'?); accepted: north"),
        (("--rate", "5", "--hysteresis", "5s"), "needs --overload"),
        (("--pipelines", "bloking"), "unknown pipeline 'bloking'"),
        (("--gateways", "ngnix"), "unknown gateway 'ngnix'; accepted: builtin, nginx, haproxy"),
        (("--gateways", "nginx,nginx"), "names a gateway twice"),
        (("--rate", "5", "--gateways", "builtin,nginx"), "one trial is of one design behind one gateway"),
        (("--against", "nowhere.json"), "nowhere.json: cannot be read"),
    ],
)
def test_what_is_wrong_with_an_option_is_said_in_one_line(
    small: str, words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["capacity", small, "--world", "model", *words]) == Exit.BAD_INPUT
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_a_file_that_is_no_result_is_named_with_the_place_that_is_wrong(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"product": "x"}')
    assert invoke(["capacity", small, "--world", "model", "--against", str(path)]) == Exit.BAD_INPUT
    assert f"{path}: is no result of `spoolproof capacity`: scenario: " in capsys.readouterr().err


def test_an_interrupt_keeps_what_is_known(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = 0
    run = VirtualRunner.run

    async def interrupted(self: VirtualRunner, *arguments: Any, **more: Any) -> Any:
        nonlocal runs
        runs += 1
        if runs == 2:
            more["stop"].set()
        return await run(self, *arguments, **more)

    monkeypatch.setattr(VirtualRunner, "run", interrupted)
    out = tmp_path / "found"
    words = (small, "--world", "virtual", "--repeats", "1", "--most", "30", "--out", str(out))
    code, found = _found(capsys, *words)
    (case,) = found["cases"]
    assert (code, found["interrupted"], len(case["trials"])) == (Exit.INTERRUPTED, True, 1)
    assert (out / "capacity.json").is_file()


@pytest.mark.parametrize(("times", "expected"), [(1, Exit.VALID), (2, Exit.UNKNOWN)])
def test_a_world_that_breaks_is_tried_once_more_and_leaves_what_is_known(
    times: int,
    expected: Exit,
    small: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = times
    run = ModelRunner.run

    async def broken(self: ModelRunner, *arguments: Any, **more: Any) -> Any:
        nonlocal left
        if left and (times == 1 or arguments[0].workload.rate > 17):
            left -= 1
            raise WorldError("a port was taken")
        return await run(self, *arguments, **more)

    monkeypatch.setattr(ModelRunner, "run", broken)
    code, found = _found(capsys, small, *QUICK, "--most", "40", "--out", str(tmp_path / "found"))
    (case,) = found["cases"]
    assert code == expected
    assert case["trials"]
    assert ("the search ended early: a port was taken" in found["remarks"]) == (times == 2)


def _report(**interval: Any) -> CapacityReport:
    case = CapacityCase(label="spool", design="spool", intervals=(RateInterval(goal=ALL, **interval),), trials=())
    return CapacityReport(
        product="p",
        scenario="s",
        title="t",
        scenario_text="",
        world="live",
        seed=1,
        within=0.05,
        command="",
        trial_command="",
        cases=(case,),
    )


def test_what_a_late_generator_could_not_offer_is_unknown_and_never_passed() -> None:
    found = _report(lower=10.0, upper=11.0, doubtful=True)
    assert exit_of(found, cases=1)[0] is Exit.UNKNOWN
    assert exit_of(found, cases=1, at_least=10.5)[0] is Exit.UNKNOWN
    assert exit_of(found, cases=1, at_least=9.0)[0] is Exit.VALID  # that much was seen to hold


def test_intervals_that_overlap_are_no_drop() -> None:
    before = _report(lower=10.0, upper=10.5)
    assert exit_of(_report(lower=9.9, upper=10.3), cases=1, earlier=before)[0] is Exit.VALID
    assert exit_of(_report(lower=9.0, upper=9.5), cases=1, earlier=before)[0] is Exit.GATE_FAILED
    assert exit_of(_report(lower=9.0, upper=9.5, doubtful=True), cases=1, earlier=before)[0] is Exit.UNKNOWN


def test_a_case_that_was_not_reached_and_an_interrupt_are_not_passed() -> None:
    found = _report(lower=10.0, upper=10.5)
    assert exit_of(found, cases=2)[0] is Exit.UNKNOWN
    assert exit_of(replace(found, interrupted=True), cases=1)[0] is Exit.INTERRUPTED
