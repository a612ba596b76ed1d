"""What people expect of any command line: a version, completion, whole sentences in its help, JSON that stays."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from connector.clock import steady_clock
from connector.targets import Target, write_targets
from connector.values import replace
from harness.cli.document import JSON_KEYS, command_line_markdown
from harness.cli.entry import COMPLETE, invoke
from harness.cli.exits import Exit
from harness.cli.results_folder import write_results
from harness.scenario.parse import shipped_scenarios
from harness.versions import product
from pipeline.store.sqlite import open_store
from tests.harness.cli.journals import journal
from tests.harness.scenario.samples import CALM
from tests.harness.service.sheet.operations_stand_in import OperationsStandIn
from tests.harness.service.sheet.served import served


@pytest.mark.parametrize("words", [["--version"], ["version"]])
def test_the_version_is_told_by_option_and_by_command(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(words) == 0
    assert capfd.readouterr().out == f"{product()}\n"


@pytest.mark.parametrize("words", [["--help"], ["clusters", "--help"], ["pipeline", "--help"]])
def test_no_line_of_the_help_is_cut(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(words) == 0
    usage, *lines = capfd.readouterr().out.splitlines()
    assert usage.startswith("Usage: ")
    assert not [line for line in lines if "..." in line]


LISTS = 'title = "Lists"\n[workload]\nrate = 5\nduration = "1s"\nmix = { list = 1 }\n[clusters.north]\n'
"""A load that asks for nothing but lists, of whatever service."""


def _completed(line: str) -> list[str]:
    """What bash would offer after this line."""
    asked = {COMPLETE: "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "spoolproof"], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_a_shell_completes_commands_scenarios_and_worlds() -> None:
    assert {"run", "replay"} <= set(_completed("spoolproof r"))
    assert _completed("spoolproof run retry_storm_b") == ["retry_storm_budget"]
    assert _completed("spoolproof mutants trusts_e") == ["trusts_exit_zero"]
    assert _completed("spoolproof run demo --pipeline sp") == ["spool"]
    assert set(_completed("spoolproof run demo --world v")) == {"virtual", "virtual-ssh"}


def test_scenarios_lists_each_with_what_it_shows(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke(["scenarios"]) == 0
    told = capfd.readouterr().out
    assert all(name in told for name in shipped_scenarios())
    assert "The whole point in half a minute. One cluster is slow" in told
    assert invoke(["scenarios", "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)["scenarios"]
    assert [row["name"] for row in rows] == list(shipped_scenarios())
    assert all(row["title"] and row["shows"] for row in rows)


SERVING = {"tape replay", "up"}
"""Of commands that print once they are ended; the tests of the command itself compare their keys."""


def _store(path: Path) -> Path:
    async def made() -> Path:
        async with open_store(path, steady_clock(asyncio.get_running_loop())):
            return path

    return asyncio.run(made())


def _keys(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> tuple[str, ...]:
    assert invoke([*words, "--json"]) in set(Exit)
    return tuple(json.loads(capfd.readouterr().out))


def test_the_keys_of_json_are_those_of_the_docs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    calm = tmp_path / "calm.toml"
    calm.write_text(CALM)
    tape = tmp_path / "tape.toml"
    tape.write_text("format = 1\nbegan = 2026-01-02T00:00:00Z\n")
    (tmp_path / "samples.csv").write_text("phase,seconds\nping,1\nping,1\n")
    virtual = ["--world", "virtual", "--out"]
    commands = {
        "run": ["run", str(calm), *virtual, str(tmp_path / "run")],
        "report": ["report", str(tmp_path / "run")],
        "replay": ["replay", str(tmp_path / "run")],
        "compare": ["compare", str(tmp_path / "run"), str(tmp_path / "run")],
        "agree": ["agree", str(tmp_path / "run"), str(tmp_path / "run")],
        "explore": ["explore", "--runs", "1"],
        "mutants": ["mutants", "--runs", "1", "--jobs", "1", "fails_on_silence"],
        "calibrate": ["calibrate", str(tmp_path / "samples.csv")],
        "scenarios": ["scenarios"],
        "lint": ["lint", str(calm)],
        "explain": ["explain", "S5"],
        "faults": ["faults"],
        "toxics": ["toxics"],
        "tape show": ["tape", "show", str(tape)],
        "contract run": ["contract", "fake", "--clause", "ping.*", "--out", str(tmp_path / "contract")],
        "fidelity": ["fidelity", "fake", "fake", "--sequences", "1", "--out", str(tmp_path / "fidelity")],
        "contract sweep": ["contract", "sweep", "fake", "--ledger", str(tmp_path / "ledger")],
        "contract clauses": ["contract", "clauses"],
        "down": ["down", "--folder", str(tmp_path / "sandbox")],
        "status": ["status", "--folder", str(tmp_path / "sandbox")],
        "reset": ["reset", "--folder", str(tmp_path / "sandbox")],
        "service lint": ["service", "lint", "reference"],
        "service list": ["service", "list"],
        "service example": ["service", "example"],
    }
    nowhere = Target(name="north", host="127.0.0.1", port=1, insecure=True)
    write_targets(tmp_path / "nowhere.json", [nowhere])
    pipeline = tmp_path / "pipeline.toml"
    (tmp_path / "store.db").touch()
    pipeline.write_text(f'store = "{tmp_path}/store.db"\ntargets = "{tmp_path}/nowhere.json"\n')
    commands["pipeline reconcile"] = ["pipeline", "reconcile", str(pipeline)]
    operated = tmp_path / "operated.toml"
    operated.write_text(f'store = "{_store(tmp_path / "operated.db")}"\n')
    for name in ("holds", "queue", "dead"):
        commands[f"pipeline {name}"] = ["pipeline", name, str(operated)]
    commands["pipeline webhooks list"] = ["pipeline", "webhooks", "list", str(operated)]
    with served(OperationsStandIn().app) as url:
        commands["service check"] = ["service", "check", "operations", "--url", url]
        lists = tmp_path / "lists.toml"
        lists.write_text(LISTS)
        commands["load run"] = ["load", str(lists), "--gateway", url, "--out", str(tmp_path / "load")]
        commands["load compare"] = ["load", "compare", str(tmp_path / "load"), str(tmp_path / "again")]
        copied = tmp_path / "again"
        copied.symlink_to(tmp_path / "load")
        known = {name: keys for name, keys in JSON_KEYS.items() if name not in SERVING}
        assert {name: _keys(words, capfd) for name, words in commands.items()} == known


def test_a_saved_run_is_the_same_object_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_results(tmp_path, replace(journal(), design="spool"))
    assert invoke(["report", str(tmp_path), "--json"]) == 0
    (run,) = json.loads(capfd.readouterr().out)["runs"]
    page = command_line_markdown()
    assert all(f"`{key}`" in page for key in run)
    assert run["journal"] == str(tmp_path / "journal.json")
    assert run["design"] == "spool"
    assert invoke(["report", str(tmp_path), "--json", "--format", "html"]) == 64


def test_lint_as_json_has_place_and_text_of_each_remark(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "short.toml"
    scenario.write_text(
        CALM.replace('settle = "30s"', 'settle = "1s"') if "settle" in CALM else f'settle = "1s"\n{CALM}'
    )
    assert invoke(["lint", str(scenario), "--strict", "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert told["exit"] == 1
    (row, *_) = told["scenarios"][0]["advice"]
    assert set(row) == {"severity", "line", "key", "message"}


def test_the_page_has_every_command_and_exit_code() -> None:
    page = command_line_markdown()
    for name in (*JSON_KEYS, "schema", "version", "clusters serve", "pipeline serve"):
        assert f"### `spoolproof {name}`" in page
    assert all(f"| {code.value} |" in page for code in Exit)
