"""A scenario from Python: its result, what is refused, and what ends it early."""

import asyncio
from pathlib import Path

import psutil
import pytest

import spoolproof
from tests.harness.scenario.samples import CALM

LOST = (
    CALM.replace("rate = 20", "rate = 4").replace('"1s"', '"8s"')
    + """
[[faults]]
kind = "reply_lost"
verbs = ["create"]
probability = 0.5
"""
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "calm.toml").write_text(CALM)
    (tmp_path / "lost.toml").write_text(LOST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_has_verdict_figures_and_files(folder: Path) -> None:
    result = spoolproof.run("calm.toml", world="virtual", seed=5)
    assert (result.scenario, result.title, result.world, result.design) == ("calm", "Calm", "virtual", "spool")
    assert (result.seed, result.verdict, result.ok) == (5, spoolproof.Verdict.VALID, True)
    assert result.anomalies == ()
    assert {finding.verdict for finding in result.findings} <= {spoolproof.Verdict.VALID, None}
    assert result.figures["count(create.accept)"] == result.figures["count(create.active)"] > 0
    assert result.figures["p50(create.active)"] <= result.figures["p99(create.active)"]
    assert result.journal == folder / "runs" / "calm-5-1" / "journal.json"
    assert all(path.is_file() for path in (result.journal, result.report, result.junit))
    assert result.command == "spoolproof run calm.toml --seed 5 --world virtual"


def test_a_broken_promise_is_a_result_with_anomalies_and_no_error(folder: Path) -> None:
    result = spoolproof.run(folder / "lost.toml", world="virtual", design="blocking", out="results")
    assert (result.verdict, result.ok, result.design) == (spoolproof.Verdict.INVALID, False, "blocking")
    assert result.journal == folder / "results" / "journal.json"
    assert result.faults["reply_lost"] > 0
    anomaly = result.anomalies[0]
    assert anomaly.name in anomaly.message
    assert anomaly.location == "north"
    assert anomaly.witnesses
    assert anomaly.invariant in {finding.invariant for finding in result.findings if finding.anomalies}


@pytest.mark.parametrize(
    ("scenario", "options", "sentence"),
    [
        ("happy_pat", {}, r"^no scenario 'happy_pat' \(did you mean 'happy_path'\?\)"),
        ("calm.toml", {"world": "mars"}, "^world: must be 'live', 'real', 'virtual', 'virtual-ssh' or 'model'"),
        ("calm.toml", {"design": "spol"}, r"^design: must be .* \(got 'spol'\)"),
        ("calm.toml", {"seed": "many"}, "^seed: must be a whole number"),
        ("calm.toml", {"out": "."}, "files that are not results of a run"),
        ("bad.toml", {}, r"^bad.toml:9: clusters.north.limts: unknown key \(did you mean 'limits'\?\)"),
    ],
    ids=["scenario", "world", "design", "seed", "out", "file"],
)
def test_what_is_not_acceptable_is_one_clear_sentence(
    folder: Path, scenario: str, options: dict[str, str], sentence: str
) -> None:
    (folder / "bad.toml").write_text(CALM + "limts = {}")
    with pytest.raises(spoolproof.InputError, match=sentence):
        spoolproof.run(scenario, **options)  # type: ignore[arg-type]  # wrong on purpose


def test_a_service_of_our_own_takes_the_place_of_the_reference_pipeline(folder: Path) -> None:
    (folder / "ours.toml").write_text(
        'kind = "process"\nurl = "http://127.0.0.1:{port.api}"\n[[parts]]\nname = "api"\ncommand = ["no-such-portal"]\n'
    )
    with pytest.raises(spoolproof.InputError, match=r"the model world cannot play a service of kind 'process'"):
        spoolproof.run("calm.toml", world="model", service="ours.toml")
    with pytest.raises(spoolproof.LabError, match=r"the api cannot start: there is no program 'no-such-portal'"):
        spoolproof.run("calm.toml", service=folder / "ours.toml")


def test_results_that_cannot_be_written_are_an_error_that_has_the_verdict(folder: Path) -> None:
    (folder / "out" / "journal.json").mkdir(parents=True)
    with pytest.raises(spoolproof.OutputError, match=r"out/journal.json: cannot be written") as caught:
        spoolproof.run("calm.toml", world="model", out="out", force=True)
    assert caught.value.verdict == "valid"


async def test_asyncio_code_runs_scenarios_side_by_side(folder: Path) -> None:
    runs = (spoolproof.run_async("calm.toml", world="model", seed=seed) for seed in (1, 2))
    first, second = await asyncio.gather(*runs)
    assert (first.seed, second.seed) == (1, 2)
    assert first.ok
    assert second.ok
    assert first.journal != second.journal


async def test_a_run_whose_task_is_cancelled_ends(folder: Path) -> None:
    task = asyncio.ensure_future(spoolproof.run_async("demo"))
    await asyncio.sleep(0)
    (lab,) = (child for child in psutil.Process().children() if "spoolproof._lab" in child.cmdline())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not lab.is_running()
