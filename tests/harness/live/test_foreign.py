"""A service that is not the reference pipeline, as processes in the live world: to a verdict, and to clear errors."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from connector.values import replace
from harness.errors import ServiceUnavailable, WrongWorld
from harness.journal import journal_of
from harness.live.free_ports import FreePorts
from harness.live.runner import LiveRunner
from harness.scenario.nemesis_kinds import kill
from harness.scenario.scenario import Scenario
from harness.scenario.service_spec import FileSpec, PartSpec, ProbeKind, ReadyProbe, ServiceKind, ServiceSpec
from harness.world_name import WorldName
from harness.worlds import check_world, open_world
from reports.journal import Journal
from reports.verdicts import Verdict
from tests.harness.live.plain import READY, SCRIPT, plain


@pytest.fixture(autouse=True)
async def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not list(tmp_path.iterdir())


async def _judged(scenario: Scenario) -> Journal:
    result = await LiveRunner().run(scenario, seed=1)
    return journal_of(scenario, result, seed=1, world="live", command="")


@pytest.mark.slow
async def test_an_honest_service_of_somebody_else_is_valid() -> None:
    journal = await _judged(plain())
    assert [(row.invariant, row.anomalies) for row in journal.findings if row.anomalies] == []
    assert journal.verdict is Verdict.VALID
    assert journal.history.effects
    assert journal.limits == {"client": 3.0}


@pytest.mark.slow
async def test_a_service_that_forgets_what_it_promised_when_it_is_killed_is_found_out() -> None:
    scenario = replace(plain(), nemesis=(kill("api", at=0.9, duration=0.2),), expect={"kill": 1})
    journal = await _judged(scenario)
    assert {"kill", "restart"} <= {row.action for row in journal.history.nemesis}
    assert journal.verdict is Verdict.INVALID


@pytest.mark.slow
async def test_a_part_that_ends_in_the_middle_is_an_event_with_the_end_of_its_log() -> None:
    (end,) = (await _judged(plain("crash"))).history.part_ends
    assert (end.part, end.how) == ("api", "exit status 3")
    assert end.log.endswith("out of luck")


async def _refused(scenario: Scenario) -> str:
    with pytest.raises(ServiceUnavailable) as raised:
        await LiveRunner().run(scenario, seed=1)
    return str(raised.value)


async def test_a_part_that_ends_at_once_is_quoted() -> None:
    assert await _refused(plain("die")) == "the api ended at once with status 1; its log ends: no database here"


async def test_a_part_without_a_probe_that_ends_at_once_is_quoted_too() -> None:
    scenario = plain("die", ready=None)
    assert scenario.service is not None
    waits = PartSpec(name="second", command=("{python}", str(SCRIPT), "--port", "{port.second}"), ready=READY)
    first, *_ = scenario.service.parts
    second = replace(waits, ready=ReadyProbe(kind=ProbeKind.PORT, target="{port.second}"))
    both = replace(scenario, service=replace(scenario.service, parts=(first, second)))
    assert "the api ended at once" in await _refused(both)


async def test_a_part_that_is_never_ready_is_named() -> None:
    said = await _refused(plain("mute", ready=replace(READY, within=0.5)))
    assert said == "the api was not ready within 0.5 s"


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("redirect", "it answers with a redirect (status 302); give the address itself as `url`"),
        ("garbage", "it answers with status 200: not JSON (content type text/html)"),
        ("endless", "an answer of more than 33554432 bytes"),
    ],
)
async def test_a_service_that_does_not_speak_as_its_sheet_says_is_refused_before_the_load(mode: str, said: str) -> None:
    ready = ReadyProbe(kind=ProbeKind.LOG, target="^serving")
    assert said in await _refused(plain(mode, ready=ready))


async def test_a_program_that_does_not_exist_is_named() -> None:
    scenario = plain()
    assert scenario.service is not None
    part = PartSpec(name="api", command=("portal-serve", "--all"))
    said = await _refused(replace(scenario, service=replace(scenario.service, parts=(part,))))
    assert said.startswith("the api cannot start: there is no program 'portal-serve' in ")


async def test_a_world_that_cannot_play_it_names_the_one_that_can() -> None:
    with pytest.raises(WrongWorld, match=r"the model world cannot play a service of kind 'process'; use --world live"):
        open_world(plain(), WorldName.MODEL)


def test_a_python_service_needs_no_ssh_of_its_own_in_virtual_time() -> None:
    service = ServiceSpec(kind=ServiceKind.PYTHON, sheet="reference", url="http://127.0.0.1:1")
    with pytest.raises(WrongWorld, match=r"leave --ssh out: with --world virtual it speaks unmodified SSH and HTTP"):
        check_world(replace(plain(), service=service), WorldName.VIRTUAL_SSH)


@pytest.mark.slow
async def test_a_service_that_runs_elsewhere_is_judged_and_the_journal_says_that_nothing_of_it_was_killed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    port = FreePorts().of("api")
    files = {"CLUSTERS": "clusters.json", "KNOWN_HOSTS": "known_hosts", "CLIENT_KEY": "client_ed25519"}
    told = {f"SPOOLPROOF_{name}": str(folder / file) for name, file in files.items()}
    service = ServiceSpec(
        kind=ServiceKind.URL, sheet="reference", url=f"http://127.0.0.1:{port}", keys=".", beside=folder
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, "--port", str(port), env={**os.environ, **told, "SPOOLPROOF_USER": "spool"}
    )
    try:
        journal = await _judged(replace(plain(), service=service))
    finally:
        process.kill()
        await process.wait()
    assert journal.verdict is Verdict.VALID
    assert journal.history.effects
    assert any(note.startswith("the service runs elsewhere: no part of it") for note in journal.notes)


PROBE = """
import json, os, stat, sys
seen = {name: os.environ[name] for name in os.environ if name.startswith("SPOOLPROOF_")}
modes = [stat.S_IMODE(os.stat(seen[name]).st_mode) for name in ("SPOOLPROOF_CLUSTERS", "SPOOLPROOF_KNOWN_HOSTS")]
modes += [stat.S_IMODE(os.stat(seen["SPOOLPROOF_CLIENT_KEY"]).st_mode), stat.S_IMODE(os.stat(sys.argv[1]).st_mode)]
clusters = json.load(open(seen["SPOOLPROOF_CLUSTERS"]))["clusters"]
(north,) = clusters
assert f"[{north['host']}]:{north['port']} " in open(seen["SPOOLPROOF_KNOWN_HOSTS"]).read()
assert open(sys.argv[1]).read() == f"{{north}} {north['host']} {north['port']} {seen['SPOOLPROOF_USER']}"
assert "PYTHONSAFEPATH" not in os.environ
sys.exit(f"{os.getcwd()} {set(modes) == {0o600}}")
"""


async def test_a_part_is_told_of_its_clusters_in_files_that_only_its_owner_reads(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("ours")
    (folder / "probe.py").write_text(PROBE)  # it ends at once, which is how its words come here
    scenario = plain()
    assert scenario.service is not None
    part = PartSpec(name="api", command=("{python}", "probe.py", "{work}/etc/north"))
    file = FileSpec(path="etc/north", text="{{north}} {host.north} {port.north} {user}")
    service = replace(scenario.service, parts=(part,), files=(file,), beside=folder)
    said = await _refused(replace(scenario, service=service))
    assert said == f"the api ended at once with status 1; its log ends: {folder} True"


@pytest.mark.slow
async def test_a_child_in_a_session_of_its_own_ends_with_the_run() -> None:
    scenario = plain()
    assert scenario.service is not None
    code = "import subprocess, time; subprocess.Popen(['sleep', '600'], start_new_session=True); time.sleep(600)"
    part = PartSpec(name="daemon", command=("{python}", "-c", code))
    service = replace(scenario.service, parts=(part, *scenario.service.parts))
    await _judged(replace(scenario, service=service))
    async with asyncio.timeout(10):
        while any("600" in each.info["cmdline"] for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"]):
            await asyncio.sleep(0.05)
