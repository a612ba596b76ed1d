"""The pipeline as processes: what they write, how they end, and what they refuse to start with."""

import asyncio
import json
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from connector.clock import steady_clock
from connector.targets import Target, write_targets
from connector.values import replace
from pipeline.errors import OverrideError, SettingsError
from pipeline.overrides import Overrides, load_overrides
from pipeline.part_checks import check_settings
from pipeline.parts import Part
from pipeline.processor.decide import decide
from pipeline.processor.steps import Leave, Step
from pipeline.record import ShareRecord
from pipeline.settings import (
    AuthMode,
    AuthSettings,
    CommandSettings,
    GatewaySettings,
    PipelineSettings,
    ProcessorSettings,
)
from pipeline.store.sqlite import open_store
from pipeline.store.store import Store
from tests.pipeline.store.stores import accepted, new_share

NOBODY = Target(name="north", host="127.0.0.1", port=1, insecure=True)
"""A cluster that refuses every connection: port 1 is nobody's."""


def write_config(directory: Path) -> Path:
    write_targets(directory / "targets.json", [NOBODY])
    config = directory / "pipeline.toml"
    config.write_text(
        f'store = "{directory / "store.db"}"\ntargets = "{directory / "targets.json"}"\nauth.mode = "none"\n'
        '[processor]\nscan = "50ms"\n[gateway]\ntotal = "5s"\n'
    )
    return config


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[Process]:
    """`python -m pipeline …`, gone at the end whatever happens."""
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "pipeline", *arguments, stderr=PIPE)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def ready(path: Path, running: Process) -> Mapping[str, Mapping[str, str | int | None]]:
    async with asyncio.timeout(60):
        while not path.exists():
            assert running.returncode is None
            await asyncio.sleep(0.02)
    content: Mapping[str, Mapping[str, str | int | None]] = json.loads(path.read_text())
    return content


def test_a_part_imports_clients_and_servers_only_where_it_needs_them() -> None:
    code = "import sys, pipeline.serve; print({'asyncssh', 'httpx', 'uvicorn'} & set(sys.modules) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "None\n"


async def test_all_parts_in_one_process_serve_say_where_and_end_on_sigterm(tmp_path: Path) -> None:
    marker = tmp_path / "ready.json"
    async with process("--config", str(write_config(tmp_path)), "--ready", str(marker)) as running:
        parts = await ready(marker, running)
        assert list(parts) == ["api", "processor", "gateway"]
        assert {row["pid"] for row in parts.values()} == {running.pid}
        assert parts["processor"]["url"] is None
        async with httpx.AsyncClient(base_url=str(parts["gateway"]["url"]), trust_env=False) as client:
            answer = await client.post("/v1/shares", json={"location": "north", "name": "home", "size": 1 << 20})
            assert answer.status_code == 202
            unknown = await client.post("/v1/shares", json={"location": "west", "name": "home", "size": 1 << 20})
            assert unknown.status_code == 400
        running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            _, words = await running.communicate()
        assert running.returncode == 0, words.decode()
        assert b"Traceback" not in words
        assert b"SIGTERM received: stopping" in words


@pytest.mark.parametrize(("design", "status"), [("blocking", 503), ("in-process", 202)])
async def test_a_design_without_a_processor_runs_the_parts_that_it_has(
    tmp_path: Path, design: str, status: int
) -> None:
    config, marker = write_config(tmp_path), tmp_path / "ready.json"
    config.write_text(f'design = "{design}"\n' + config.read_text())
    async with process("--config", str(config), "--ready", str(marker)) as running:
        parts = await ready(marker, running)
        assert list(parts) == ["api", "gateway"]
        async with httpx.AsyncClient(base_url=str(parts["gateway"]["url"]), trust_env=False) as client:
            answer = await client.post("/v1/shares", json={"location": "north", "name": "home", "size": 1 << 20})
            assert answer.status_code == status
        running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            _, words = await running.communicate()
        assert running.returncode == 0, words.decode()
        assert b"Traceback" not in words


@asynccontextmanager
async def silent_cluster() -> AsyncIterator[int]:
    """The port of a cluster that takes connections and says nothing."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def held_by(store: Store, pid: int) -> list[ShareRecord]:
    """All records, once this process has every one of them in hand."""
    async with asyncio.timeout(60):
        while True:
            records = await store.list()
            if all((record.owner or "").endswith(f"-{pid}") for record in records):
                return list(records)
            await asyncio.sleep(0.05)


async def test_a_processor_that_is_told_to_stop_gives_back_what_it_has_and_another_takes_it_up(tmp_path: Path) -> None:
    """Long before a lease or a command would end: with neither would it come about within the test's time."""
    clock = steady_clock(asyncio.get_running_loop())
    async with silent_cluster() as port, open_store(tmp_path / "store.db", clock) as store:
        config = write_config(tmp_path)
        write_targets(tmp_path / "targets.json", [replace(NOBODY, port=port)])
        long = '[processor]\nscan = "50ms"\ngrace = "300ms"\nlease = "1h"\n[command]\nlogin = "30m"'
        config.write_text(config.read_text().replace('[processor]\nscan = "50ms"', long))
        for number in range(4):
            await accepted(store, new_share(f"home-{number}"))
        arguments = ("--config", str(config), "--parts", "processor", "--ready")
        async with process(*arguments, str(tmp_path / "a.json")) as first:
            before = await held_by(store, first.pid)
            async with process(*arguments, str(tmp_path / "b.json")) as second:
                await ready(tmp_path / "b.json", second)
                first.send_signal(signal.SIGTERM)
                async with asyncio.timeout(30):
                    _, words = await first.communicate()
                assert (first.returncode, b"Traceback" in words) == (0, False), words.decode()
                after = await held_by(store, second.pid)
    assert [record.fence for record in before] == [1] * 4
    assert [(record.fence, record.last_error) for record in after] == [(2, "the processor was stopped")] * 4


async def test_parts_in_processes_of_their_own_find_each_other(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    marker = tmp_path / "api.json"
    async with process("--config", str(config), "--parts", "api", "--ready", str(marker)) as api:
        url = (await ready(marker, api))["api"]["url"]
        config.write_text(config.read_text() + f'upstream = "{url}"\n')
        front = tmp_path / "gateway.json"
        async with process("--config", str(config), "--parts", "gateway", "--ready", str(front)) as gateway:
            where = str((await ready(front, gateway))["gateway"]["url"])
            async with httpx.AsyncClient(base_url=where, trust_env=False) as client:
                assert (await client.get("/v1/shares")).json()["shares"] == []


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("", ("--parts", "processor"), "targets: a processor needs the clusters' address file"),
        ("", ("--parts", "gateway"), "gateway.upstream: a gateway without an API"),
        ('targets = "none.json"', ("--parts", "processor"), "none.json: cannot be read"),
        ("[processor]\nworker = 3", (), "worker"),
        ('design = "blocking"', ("--parts", "processor"), "design: blocking has no processor; its parts: api, gateway"),
        ('design = "in-process"', ("--parts", "api"), "targets: the API of the in-process design needs the clusters'"),
        ('design = "spoool"', (), "'spool', 'blocking' or 'in-process'"),
        ("", ("--parts", "api", "--decide", "pipeline.processor.decide:nothing"), "has no nothing"),
    ],
)
async def test_what_cannot_work_is_refused_with_one_line(
    tmp_path: Path, text: str, arguments: tuple[str, ...], words: str
) -> None:
    config = tmp_path / "pipeline.toml"
    config.write_text(f'store = "{tmp_path / "store.db"}"\nauth.mode = "none"\n{text}\n')
    async with process("--config", str(config), *arguments) as running:
        async with asyncio.timeout(60):
            _, said = await running.communicate()
    assert running.returncode == 64
    assert words in said.decode()
    assert said.count(b"\n") == 1


def test_a_lease_must_outlive_a_command() -> None:
    settings = PipelineSettings(
        targets=Path("t.json"),
        processor=ProcessorSettings(lease=4.0),
        command=CommandSettings(connect=1, login=1, channel=1, command=1),
    )
    with pytest.raises(SettingsError, match=r"processor.lease: 4 s must be longer"):
        check_settings(settings, frozenset({Part.PROCESSOR}))
    check_settings(settings.model_copy(update={"auth": AuthSettings(mode=AuthMode.NONE)}), frozenset({Part.API}))


def test_a_gateway_needs_to_know_its_api() -> None:
    gateway = frozenset({Part.GATEWAY})
    with pytest.raises(SettingsError, match=r"gateway.upstream"):
        check_settings(PipelineSettings(), gateway)
    check_settings(PipelineSettings(gateway=GatewaySettings(upstream="http://127.0.0.1:1")), gateway)


def leave_alone(*_: object) -> Step:
    return Leave()


OTHER = Overrides()


def test_a_decision_or_all_overrides_can_be_put_in_by_name() -> None:
    assert load_overrides(None, None).table.decide is decide
    assert load_overrides(None, f"{__name__}:leave_alone").table.decide is leave_alone
    assert load_overrides(f"{__name__}:OTHER", None) is OTHER


@pytest.mark.parametrize(
    "words", ["nothing", ":x", "x:", "no.such.module:x", f"{__name__}:nothing", f"{__name__}:decide"]
)
def test_what_is_no_override_is_refused(words: str) -> None:
    with pytest.raises(OverrideError):
        load_overrides(words, None)
