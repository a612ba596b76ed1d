"""`spoolproof load`: results as of a run; and one clear sentence for each bad input, with nothing left running."""

import json
import socket
from pathlib import Path

import psutil
import pytest
from starlette.types import Receive, Scope, Send

from harness.cli.entry import invoke
from harness.live.gateways import gateway
from harness.load import processes
from reports.journal import read_journal
from tests.harness.service.sheet.served import served

LISTS = """\
title = "Lists"
gates = [{gates}]
[workload]
rate = 20
duration = "2s"
mix = {{ list = 1 }}
[clusters.north]
"""


async def _answering(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application with nothing in it."""

    if scope["type"] == "http":
        head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
        await send(head)
        await send({"type": "http.response.body", "body": b'{"items":[]}'})


def _file(tmp_path: Path, *gates: str) -> str:
    path = tmp_path / "lists.toml"
    path.write_text(LISTS.format(gates=", ".join(json.dumps(gate) for gate in gates)))
    return str(path)


def _none_left() -> bool:
    children = psutil.Process().children(recursive=True)
    return not [child for child in children if "harness.load.generator" in child.cmdline()]


@pytest.mark.slow
def test_a_load_ends_in_the_verdict_of_its_gates_and_keeps_its_samples(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    gates = ["p99(list) < 10s", "p95(create.accept) < 1s"]
    with served(_answering) as url:
        words = ["load", _file(tmp_path, *gates), "--gateway", url, "--latest", "10s", "--json"]
        code = invoke([*words, "--out", str(tmp_path / "out")])
    told = json.loads(capfd.readouterr().out)
    assert code == told["exit"] == 3
    assert [gate["passed"] for gate in told["runs"][0]["gates"]] == [True, False], "no create came: no sample, no pass"
    assert {path.name for path in (tmp_path / "out" / "load").iterdir()} == {
        "samples.csv",
        "histograms.hlog",
        "load-generator.log",
    }
    assert told["pace"]["p99"] < 10.0
    assert "--latest 10s" in read_journal(tmp_path / "out" / "journal.json").command
    assert "Response and service times of the load" in (tmp_path / "out" / "report.html").read_text()
    assert _none_left()


@pytest.mark.slow
def test_a_load_whose_generators_were_late_is_unknown_and_never_passes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with served(_answering) as url:
        words = ["load", _file(tmp_path, "p99(list) < 10s"), "--gateway", url, "--latest", "1us", "--json"]
        assert invoke([*words, "--out", str(tmp_path / "out")]) == 2
    (run,) = json.loads(capfd.readouterr().out)["runs"]
    assert run["verdict"] == "unknown"
    assert any("too slow" in finding["summary"] for finding in run["findings"])


@pytest.mark.slow
def test_a_load_ends_early_where_a_gate_is_lost(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    scenario = Path(_file(tmp_path, "count(errors) <= 0"))
    scenario.write_text(scenario.read_text().replace('"2s"', '"60s"'))
    words = ["load", str(scenario), "--gateway", "http://127.0.0.1:1", "--abort", "--latest", "10s", "--json"]
    assert invoke([*words, "--out", str(tmp_path / "out")]) != 0
    (run,) = json.loads(capfd.readouterr().out)["runs"]
    assert any("count(errors) <= 0 could not hold any more" in note for note in run["notes"])
    assert run["ops"] < 20 * 20


@pytest.mark.parametrize("option", [["--web", "--web-port"], ["--master", "--expect-workers", "1", "--port"]])
def test_a_port_in_use_is_said_before_anything_starts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], option: list[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert invoke(["load", _file(tmp_path), *option, port, "--out", str(tmp_path / "out")]) == 64
    assert f"port {port} cannot be used on 127.0.0.1" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()
    assert _none_left()


@pytest.mark.parametrize("words", [["load", "--gateway"], ["capacity", "--gateways"]])
def test_a_gateway_that_is_not_installed_is_said_before_anything_starts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(gateway, "_SBIN", str(tmp_path))
    command, option = words
    file = _file(tmp_path, "p99(list) < 10s")
    assert invoke([command, file, option, "haproxy", "--out", str(tmp_path / "out")]) == 69
    assert capfd.readouterr().err == "spoolproof: haproxy is not installed: run `make real-parts`\n"
    assert not (tmp_path / "out").exists()
    assert _none_left()


def test_a_missing_extra_is_named_with_its_cure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "find_spec", lambda name: None)
    assert invoke(["load", _file(tmp_path)]) == 64
    assert capfd.readouterr().err == ("load tests need Locust and HdrHistogram: pip install 'spoolproof[load]'\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gateway", "ftp://x"], "'ftp://x' is no gateway; accepted: builtin, nginx"),
        (["--gateway", "http://a b"], "'http://a b' is no gateway; accepted: builtin, nginx"),
        (["--gateway", "http://127.0.0.1:99999"], "'http://127.0.0.1:99999' is no gateway"),
        (["--gateway", "http://h/?x=1"], "'http://h/?x=1' is no gateway"),
        (["--latest", "5"], "--latest: "),
        (["--master"], "--expect-workers"),
        (["--worker", "--master", "--expect-workers", "1"], "--worker"),
        (["--processes", "0"], "--processes"),
    ],
)
def test_options_that_make_no_load_are_refused_by_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert invoke(["load", _file(tmp_path), *words]) == 64
    assert said in capfd.readouterr().err
