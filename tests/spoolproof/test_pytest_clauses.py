"""The clauses of the contract as pytest items: what each state becomes, workers, and what is left of killed runs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from spoolproof import Cluster, clusters
from tests.spoolproof.test_pytest_plugin import OWN, outcomes

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.xdist_group("pytest_plugin")

CLAUSES = "def test_contract(spoolproof_clause): pass\n"
EXEMPTION = """
[[exemptions]]
clause = "{clause}"
scope = "*"
reason = "known, and to be mended by the vendor"
expires = 2999-12-31
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with clusters("north") as farm:
        yield farm["north"]


@pytest.fixture
def north(running: Cluster) -> Cluster:
    running.restore()
    return running


def target_file(cluster: Cluster, *exempted: str, more: str = "") -> str:
    ssh = {
        "host": cluster.host,
        "username": cluster.user,
        "key": cluster.client_key,
        "known_hosts": cluster.known_hosts,
    }
    lines = [f'{key} = "{value}"' for key, value in ssh.items()]
    parts = ['title = "north, real"', "[ssh]", f"port = {cluster.port}", *lines, more]
    return "\n".join([*parts, *(EXEMPTION.format(clause=clause) for clause in exempted)])


def labs_in(folder: Path) -> list[int]:
    """Labs that work there: other tests have their own."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if "spoolproof._lab" in each.cmdline() and each.cwd() == str(folder):
                found.append(each.pid)
    return found


def chosen(*names: str) -> tuple[str, str]:
    return "-k", " or ".join(names)


STATES = """
[pytest]
spoolproof_report = out
spoolproof_targets =
    north.toml
    fake --defect resize.shrinks
    fake --defect ping.answers --dialect filer
"""
LIMITS = "[deadlines]\ncommand = 2\n[limits]\nname_bytes = 100\n"


def test_each_state_has_an_outcome_of_its_own(pytester: pytest.Pytester, north: Cluster) -> None:
    north.add_fault("hang", verbs=["resize"])
    pytester.makefile(".toml", north=target_file(north, "name.too-long", "show.of-an-unknown-name", more=LIMITS))
    pytester.makeini(STATES)
    pytester.makepyfile(
        test_it=CLAUSES
        + """
import subprocess

def test_plain_ssh(spoolproof_target):
    words = spoolproof_target.ssh("share", "show", "nothing")
    if spoolproof_target.dialect == "native":
        assert subprocess.run(words, timeout=60).returncode == 11
"""
    )
    result = outcomes(
        pytester,
        *chosen(
            *(
                "plain_ssh",
                "north-name.too-long",
                "north-show.of-an-unknown",
                "north-resize.grows",
                "north-ping.answers",
            ),
            *("shrinks-resize.shrinks", "answers-mark.unclaimed", "answers-ping.answers"),
        ),
        "--junitxml=junit.xml",
        passed=1 + 3,
        failed=2,  # an exemption of what passes now, and a defect
        errors=1,
        xfailed=2,
        skipped=1,
    )
    result.stdout.fnmatch_lines(
        ["unknown: resize *the answer was timeout*", "*north, real: does not conform: 1 clause *"]
    )
    result.stdout.fnmatch_lines(["  * names used, nothing left behind; *"])
    assert north.shares() == ()
    cases = {case.get("name", ""): case for case in ElementTree.parse(pytester.path / "junit.xml").iter("testcase")}
    found = {name: [each.tag for each in case if each.tag != "properties"] for name, case in cases.items()}
    assert found == {
        "test_plain_ssh[north]": [],
        "test_plain_ssh[fake-resize.shrinks]": [],
        "test_plain_ssh[fake-filer-ping.answers]": [],
        "test_contract[north-ping.answers]": [],
        "test_contract[north-show.of-an-unknown-name]": ["failure"],
        "test_contract[north-resize.grows]": ["error"],
        "test_contract[north-name.too-long]": ["skipped"],
        "test_contract[fake-resize.shrinks-resize.shrinks]": ["skipped"],
        "test_contract[fake-filer-ping.answers-mark.unclaimed]": ["skipped"],
        "test_contract[fake-filer-ping.answers-ping.answers]": ["failure"],
    }
    about = cases["test_contract[north-resize.grows]"].iter("property")
    assert {(each.get("name"), each.get("value")) for each in about} >= {("clause", "resize.grows"), ("level", "must")}
    assert "north, real does not conform" in (pytester.path / "out/north/summary.md").read_text()


def test_strict_makes_failures_of_recommendations_and_nothing_hides_one(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("async def test_it(spoolproof_clause): assert True")
    options = ("--spoolproof-target", "fake --defect resize.shrinks", "--spoolproof-strict", "-p", "asyncio")
    outcomes(pytester, *options, "-o", "asyncio_mode=auto", *chosen("resize.shrinks]"), failed=1)


CHOSEN = 11
WORKER = """
import os, signal

def test_contract(spoolproof_clause, request):
    if spoolproof_clause.id == "create.makes-the-share":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("workers", [4, pytest.param(8, marks=pytest.mark.soak)])
def test_workers_of_which_one_is_killed_leave_nothing(pytester: pytest.Pytester, north: Cluster, workers: int) -> None:
    pytester.makefile(".toml", north=target_file(north))
    pytester.makepyfile(WORKER)
    result = pytester.runpytest_subprocess(
        *OWN, f"-n{workers}", "--spoolproof-target=north.toml", *chosen("create.", "delete.", "repeat.create")
    )
    result.assert_outcomes(passed=CHOSEN - 1, failed=1)
    result.stdout.fnmatch_lines(["*worker 'gw?' crashed while running*create.makes-the-share*"])
    result.stdout.fnmatch_lines([f"north, real: conforms, in {CHOSEN} of *", "*nothing left behind*0 before, 0 after"])
    assert north.shares() == ()
    assert labs_in(pytester.path) == []


@pytest.mark.parametrize("options", [(), pytest.param(("-n2",), marks=pytest.mark.soak)])
def test_a_run_that_is_killed_in_mid_clause_leaves_no_share(
    pytester: pytest.Pytester, north: Cluster, options: tuple[str, ...]
) -> None:
    pytester.makefile(".toml", north=target_file(north, more='[parameters]\nsettle = "500ms"'))
    pytester.makepyfile(CLAUSES)
    north.add_fault("hang", verbs=["show"], label="hang")
    words = [*(sys.executable, "-m", "pytest", *OWN, *options), "--spoolproof-target=north.toml"]
    with subprocess.Popen(
        [*words, *chosen("create.makes-the-share")], cwd=pytester.path, stdout=subprocess.DEVNULL
    ) as process:
        north.wait_for_count("effects", timeout=100)
        assert len(north.shares()) == 1
        started = psutil.Process(process.pid).children(recursive=True)
        north.remove_fault("hang")
        process.kill()
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []
    assert north.shares() == ()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (None, "spoolproof: spoolproof_targets names no target; accepted, one a line: fake, ssh:*"),
        (
            "fake --profil lan",
            "spoolproof: spoolproof_targets: 'fake --profil lan': unrecognized arguments: *accepted:*",
        ),
    ],
)
def test_a_target_that_is_none_is_said_once(pytester: pytest.Pytester, target: str | None, message: str) -> None:
    pytester.makepyfile(CLAUSES)
    result = pytester.runpytest_subprocess(*OWN, *([] if target is None else ["--spoolproof-target", target]))
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([message])
    assert "Traceback" not in str(result.stdout)


def test_a_target_that_is_only_lent_is_not_judged(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_own(spoolproof_target):\n    assert spoolproof_target.port\n")
    ran = pytester.runpytest_subprocess(*OWN, "--spoolproof-target", "fake")
    assert ran.ret == pytest.ExitCode.OK
    assert "not decided" not in ran.stdout.str()


def test_a_target_that_nobody_serves_is_an_error_of_each_item(pytester: pytest.Pytester, north: Cluster) -> None:
    file = target_file(north).replace(f"port = {north.port}", "port = 1")
    pytester.makefile(".toml", north=file)
    pytester.makepyfile(CLAUSES)
    result = outcomes(pytester, "--spoolproof-target=north.toml", *chosen("create.on", "ping"), errors=2)
    result.stdout.fnmatch_lines(["spoolproof: north, real: spool@127.0.0.1:1 cannot be tested: *"])
