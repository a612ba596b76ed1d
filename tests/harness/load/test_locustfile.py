"""The shipped locustfile under plain Locust, alone and as master and worker."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.types import Receive, Scope, Send

from harness.live.free_ports import FreePorts
from harness.python_path import ROOT
from tests.harness.service.sheet.served import served

pytestmark = pytest.mark.slow

LOCUSTFILE = ROOT / "scenarios" / "load" / "locustfile.py"
SCENARIO = """\
title = "Lists"
gates = ["p99(list) < 10s", "count(errors) <= 0 during first"]
[workload]
rate = 20
duration = "2s"
mix = { list = 1 }
[[phases]]
name = "first"
between = ["0s", "1s"]
[clusters.north]
"""


def _locust(where: Path, *words: str) -> "subprocess.Popen[str]":
    """Locust's own command, in a folder that is not ours."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONSAFEPATH"}}
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--only-summary", *words]
    return subprocess.Popen(command, cwd=where, stderr=subprocess.PIPE, text=True, env=environment)


def _end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    try:
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, said


@pytest.fixture
def scenario(tmp_path: Path) -> Sequence[str]:
    (tmp_path / "lists.toml").write_text(SCENARIO)
    return ["--scenario", "lists.toml"]


async def _answering(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"items":[]}'})


def test_it_plays_the_phases_and_ends_by_its_gates(tmp_path: Path, scenario: Sequence[str]) -> None:
    with served(_answering) as url:
        code, said = _end(_locust(tmp_path, *scenario, "--headless", "--host", url))
    assert code == 0, said
    assert "gate passed: count(errors) <= 0 during first (measured 0)" in said


def test_a_gate_that_fails_is_exit_code_3(tmp_path: Path, scenario: Sequence[str]) -> None:
    code, said = _end(_locust(tmp_path, *scenario, "--headless", "--host", "http://127.0.0.1:1"))
    assert code == 3, said
    assert "gate FAILED: count(errors) <= 0 during first" in said


def test_a_master_and_two_workers_play_it_between_them(tmp_path: Path, scenario: Sequence[str]) -> None:
    port = str(FreePorts().of("master"))
    with served(_answering) as url:
        led = ["--master", "--expect-workers", "2", "--master-bind-port", port, "--headless", "--host", url]
        master = _locust(tmp_path, *scenario, *led)
        workers = [_locust(tmp_path, *scenario, "--worker", "--master-port", port) for _ in range(2)]
        code, said = _end(master)
        for worker in workers:
            _end(worker)
    assert code == 0, said
    assert "gate passed: p99(list) < 10s" in said


def test_a_worker_with_another_seed_is_refused_by_name(tmp_path: Path, scenario: Sequence[str]) -> None:
    port = str(FreePorts().of("master"))
    led = [
        "--master",
        "--expect-workers",
        "1",
        "--master-bind-port",
        port,
        "--headless",
        "--host",
        "http://127.0.0.1:1",
    ]
    master = _locust(tmp_path, *scenario, *led)
    worker = _locust(tmp_path, *scenario, "--seed", "99", "--worker", "--master-port", port)
    code, said = _end(master)
    _end(worker)
    assert code == 69
    assert "a worker was started with another scenario or seed than the master" in said


def test_an_unknown_scenario_is_named_and_no_trace_is_shown(tmp_path: Path) -> None:
    code, said = _end(_locust(tmp_path, "--scenario", "hapy_path", "--headless", "--host", "http://127.0.0.1:1"))
    assert code == 64
    assert "no scenario 'hapy_path'" in said
    assert "Traceback" not in said
