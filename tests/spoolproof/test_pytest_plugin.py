"""The pytest plugin in test runs of somebody's own: sync and async tests, workers, and what a failed test shows."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.xdist_group("pytest_plugin")

OTHERS = ("locust", "schemathesis", "hypothesispytest", "cacheprovider")
"""Plugins that are here by chance, and take several times as long to load as all that is tested, in each worker."""
OWN = tuple(word for name in OTHERS for word in ("-p", f"no:{name}"))
SSH = """
import subprocess

def ssh(cluster, command):
    return subprocess.run(cluster.ssh(command), capture_output=True, timeout=60).returncode

CREATE = "share create s1 --size 1024 --request-id r1"
"""


def outcomes(pytester: pytest.Pytester, *options: str, **expected: int) -> pytest.RunResult:
    result = pytester.runpytest_subprocess(*OWN, *options)
    result.assert_outcomes(**expected)
    return result


def test_each_test_gets_its_clusters_as_freshly_started(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SSH
        + """
def test_that_leaves_much_behind(spoolproof_farm):
    north, south = spoolproof_farm.clusters.values()
    assert ssh(north, CREATE) == 0
    north.add_fault("hang")
    south.set_profile(base="slow")
    south.crash(down_for=3600.0)

def test_that_finds_nothing_of_it(spoolproof_farm, spoolproof_cluster):
    assert spoolproof_cluster is spoolproof_farm["north"]
    for cluster in spoolproof_farm.clusters.values():
        assert cluster.shares() == () == cluster.effects()
        assert ssh(cluster, "share list") in (0, 2)
"""
    )
    outcomes(pytester, "--spoolproof-clusters", "north, south", passed=2)


def test_asyncio_tests_and_anyio_tests_ask_without_holding_the_loop(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import asyncio
import anyio
import pytest

async def create(cluster):
    command = cluster.ssh("share create s1 --size 1024 --request-id r1")
    process = await asyncio.create_subprocess_exec(*command)
    waiting = asyncio.ensure_future(cluster.wait_for_count("effects"))
    assert await process.wait() == 0
    assert await waiting == 1

@pytest.mark.asyncio
async def test_asyncio(spoolproof_async_cluster):
    await create(spoolproof_async_cluster)

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_anyio(spoolproof_async_farm):
    await create(spoolproof_async_farm["north"])
"""
    )
    outcomes(pytester, "-p", "asyncio", passed=2)


def test_the_reference_pipeline_provisions_on_the_clusters(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import json
import urllib.request
import pytest

def put(pipeline, name):
    body = json.dumps({"location": "north", "name": name, "size": 1024}).encode()
    asked = urllib.request.Request(
        f"{pipeline.url}/v1/shares", data=body, headers={"Content-Type": "application/json"}
    )
    return urllib.request.urlopen(asked).status

def test_spool(spoolproof_pipeline, spoolproof_cluster):
    assert put(spoolproof_pipeline, "s1") == 202
    spoolproof_cluster.wait_for_count("effects")
    assert [share.name for share in spoolproof_cluster.shares()] == ["s1"]

@pytest.mark.parametrize("spoolproof_pipeline", [{"design": "blocking"}], indirect=True)
def test_blocking(spoolproof_pipeline, spoolproof_cluster):
    assert put(spoolproof_pipeline, "s1") == 201
"""
    )
    outcomes(pytester, passed=2)


def test_a_failed_test_shows_what_its_clusters_saw(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SSH
        + """
def test_it(spoolproof_cluster):
    spoolproof_cluster.add_fault("disconnect_after", first=1, label="lost reply")
    assert ssh(spoolproof_cluster, CREATE) == 0
"""
    )
    lines = outcomes(pytester, failed=1).stdout
    lines.fnmatch_lines(["*spoolproof: what north saw*", "*effect 1: s1 created (1024 bytes, request r1)"])
    lines.fnmatch_lines(["*fault disconnect_after (lost reply) at connector.* create s1"])


def test_settings_come_from_the_configuration_and_from_a_fixture(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", farm="[clusters.east]\n[clusters.west]\nlimits = { shares = 1 }\n")
    pytester.makeini("[pytest]\nspoolproof_clusters = farm.toml\n")
    pytester.makepyfile(
        test_file="def test_it(spoolproof_farm): assert list(spoolproof_farm.clusters) == ['east', 'west']"
    )
    outcomes(pytester, passed=1)
    pytester.makeconftest(
        """
import pytest

@pytest.fixture(scope="session")
def spoolproof_settings():
    return {"clusters": {"south": {"dialect": "filer"}}, "seed": 3, "faults": [{"kind": "hang", "label": "own"}]}
"""
    )
    pytester.makepyfile(
        test_file="""
def test_it(spoolproof_cluster):
    assert spoolproof_cluster.name == "south"
    spoolproof_cluster.remove_fault("own")

def test_its_faults_come_back(spoolproof_cluster):
    spoolproof_cluster.remove_fault("own")
"""
    )
    outcomes(pytester, passed=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--spoolproof-seed", "many"), "spoolproof_seed: 'many' is not accepted: a whole number is*"),
        (("-n1", "--spoolproof-clusters", "no.toml"), "spoolproof: *no.toml: cannot be read: no such file*"),
    ],
)
def test_what_is_not_acceptable_is_said_in_a_line(
    pytester: pytest.Pytester, options: tuple[str, ...], message: str
) -> None:
    pytester.makepyfile("def test_it(spoolproof_cluster): pass")
    outcomes(pytester, *options, errors=1).stdout.fnmatch_lines([message])


def test_workers_share_one_lab_and_each_has_clusters_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SSH
        + """
import os
import pytest

@pytest.mark.parametrize("turn", range(8))
def test_it(spoolproof_cluster, turn, request):
    assert spoolproof_cluster.shares() == ()
    assert ssh(spoolproof_cluster, CREATE) == 0
    with open(request.config.rootpath / "labs", "a") as log:
        log.write(f"{os.getpid()} {spoolproof_cluster.port} {spoolproof_cluster.client_key}\\n")
"""
    )
    outcomes(pytester, "-n4", passed=8)
    rows = [line.split() for line in (pytester.path / "labs").read_text().splitlines()]
    workers, ports, labs = ({row[index] for row in rows} for index in range(3))
    assert len(labs) == 1
    assert len(workers) == len(ports) > 1
    assert not Path(labs.pop()).exists()


KILLED = """
import os, signal, subprocess
import pytest

@pytest.mark.parametrize("turn", range(6))
def test_it(spoolproof_cluster, turn, request):
    with open(request.config.rootpath / "keys", "a") as log:
        log.write(f"{spoolproof_cluster.client_key}\\n")
    if turn == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    assert spoolproof_cluster.shares() == ()
"""


def test_a_killed_worker_gives_its_clusters_to_the_next(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(KILLED)
    outcomes(pytester, "-n2", passed=5, failed=1)
    (key,) = set((pytester.path / "keys").read_text().split())
    assert not Path(key).exists()


@pytest.mark.parametrize("options", [(), ("-n2",)])
def test_nothing_is_left_of_a_run_that_is_killed(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    pytester.makepyfile(
        """
import signal
def test_it(spoolproof_cluster, request):
    (request.config.rootpath / "up").write_text(str(spoolproof_cluster.client_key))
    signal.pause()
"""
    )
    words = [sys.executable, "-m", "pytest", *OWN, *options]
    process = subprocess.Popen(words, cwd=pytester.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    up = pytester.path / "up"
    while not (up.exists() and up.read_text()):
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"exit status {process.wait(timeout=0.1)}")
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []
    assert not Path(up.read_text()).exists()


def test_loading_it_imports_nothing_of_the_lab_and_little_else() -> None:
    """What it takes is in `python -m tests.bench pytest_plugin`."""
    code = (
        "import sys, pytest; old = set(sys.modules); import spoolproof._pytest_clauses; "
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - old}))"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert set(done.stdout.split()) <= {"spoolproof", "urllib"} | set(sys.builtin_module_names)
