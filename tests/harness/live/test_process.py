"""A part's process starts, dies and comes back on its port, and never outlives the harness."""

import asyncio
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from harness.errors import PartEnded, WorldError
from harness.live.die_with_parent import die_with_parent
from harness.live.part_command import PartCommand
from harness.live.process import PartProcess
from harness.live.reference_parts import open_reference_parts
from harness.nemesis.target import Undo
from harness.run.targets import ProcessTarget
from harness.scenario.nemesis_kinds import kill, pause, terminate
from harness.scenario.roles import Role
from harness.service.parts import End
from harness.service.reference import write_settings
from pipeline.settings import ApiSettings, PipelineSettings, QuotasSettings, QuotaTable
from tests.harness.live.shams import SHAM, sham


@asynccontextmanager
async def _sham(
    directory: Path, mode: str = "normal", *, within: float = 20.0, stop: float = 20.0
) -> AsyncIterator[PartProcess]:
    process = sham(directory, mode, within=within, stop=stop)
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def _accepts(url: str | None) -> bool:
    """Whether somebody listens there."""
    where = urlsplit(url or "")
    try:
        _, writer = await asyncio.open_connection(where.hostname, where.port)
    except ConnectionError:
        return False
    writer.close()
    return True


async def _until_stopped(process: PartProcess, stopped: bool) -> None:
    """A signal takes effect in its own time."""
    async with asyncio.timeout(20):
        while (psutil.Process(process.pid).status() == psutil.STATUS_STOPPED) is not stopped:
            await asyncio.sleep(0.01)


async def test_a_part_says_where_it_is_and_stops_when_asked(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        assert await _accepts(process.url)
        assert await process.stop()
        assert not process.running
        assert not await _accepts(process.url)


async def test_a_killed_part_comes_back_on_the_same_port(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        url, pid = process.url, process.pid
        target = ProcessTarget(process)
        undo = await target.inject(kill("api", at=0))
        assert not target.healthy()
        assert not await _accepts(url)
        await undo()
        assert target.healthy()
        assert (process.url, process.pid != pid) == (url, True)
        assert await _accepts(url)


async def test_a_part_that_is_still_coming_up_is_not_well(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        target = ProcessTarget(process)
        undo = await target.inject(kill("api", at=0))
        async with asyncio.TaskGroup() as group:
            coming_up = group.create_task(_complete(undo))
            while not process.running:
                await asyncio.sleep(0)
            assert not target.healthy()
            await coming_up
        assert target.healthy()


async def _complete(undo: Undo) -> None:
    await undo()


async def test_a_paused_part_stands_still_until_it_is_resumed(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        target = ProcessTarget(process)
        undo = await target.inject(pause("api", at=0))
        await _until_stopped(process, True)
        assert not target.healthy()
        await undo()
        await _until_stopped(process, False)


async def test_a_paused_part_can_be_stopped(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        process.pause()
        assert await process.stop()


async def test_a_part_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    async with _sham(tmp_path, "deaf", stop=0.1) as process:
        await process.start()
        assert not await process.stop()
        assert not process.running


async def _unplanned(process: PartProcess) -> End:
    async with asyncio.timeout(20):
        return await process.unplanned_end()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
async def test_a_signal_from_elsewhere_is_an_unplanned_end(tmp_path: Path, number: signal.Signals) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        psutil.Process(process.pid).send_signal(number)
        assert await _unplanned(process) == End(status=-number, log="")


async def test_what_the_run_kills_and_stops_itself_is_planned_and_later_lives_are_watched(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        process.kill()
        await process.wait()
        await process.start()
        await process.stop()
        await process.start()
        psutil.Process(process.pid).send_signal(signal.SIGHUP)
        assert (await _unplanned(process)).status == -signal.SIGHUP
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await process.unplanned_end()


async def test_a_kill_that_comes_after_a_part_failed_hides_no_failure(tmp_path: Path) -> None:
    async with _sham(tmp_path, "die") as process:
        await process.spawn()
        _until_dead(process.pid)  # without a turn of this loop, which so does not hear of it yet
        process.kill()
        end = await _unplanned(process)
        assert end == End(status=1, log="the sham cannot open its store")


def _until_dead(pid: int | None) -> None:
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            pass


async def test_a_part_that_is_terminated_ends_by_itself_and_is_started_again(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        first = process.pid
        undo = await ProcessTarget(process).inject(terminate("api", at=0))
        assert await process.wait() == -signal.SIGTERM
        await undo()
        assert process.running
        assert process.pid != first
        assert not list(process.unplanned_ends())


async def test_a_part_that_is_killed_from_elsewhere_while_it_is_paused_ended_unplanned(tmp_path: Path) -> None:
    async with _sham(tmp_path) as process:
        await process.start()
        undo = await ProcessTarget(process).inject(pause("api", at=0))
        psutil.Process(process.pid).kill()
        assert (await _unplanned(process)).status == -signal.SIGKILL
        await undo()
        assert not process.running


async def test_a_part_that_fails_as_the_nemesis_starts_it_again_is_down_and_ended_unplanned(tmp_path: Path) -> None:
    async with _sham(tmp_path, "die-again") as process:
        await process.start()
        target = ProcessTarget(process)
        undo = await target.inject(kill("api", at=0))
        with pytest.raises(PartEnded):
            await undo()
        assert not target.healthy()
        assert await _unplanned(process) == End(status=1, log="the sham cannot open its store")


async def test_a_part_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    async with _sham(tmp_path, "die") as process:
        with pytest.raises(WorldError, match=r"the api ended at once with status 1.*the sham cannot open its store"):
            await process.start()


async def test_a_part_that_is_never_ready_is_named(tmp_path: Path) -> None:
    async with _sham(tmp_path, "mute", within=0.2) as process:
        with pytest.raises(WorldError, match=r"the api was not ready within 0\.2 s"):
            await process.start()


async def test_where_one_part_fails_the_others_are_ended(tmp_path: Path) -> None:
    before = _children()
    commands: dict[str, PartCommand] = {part: PartCommand(module=SHAM) for part in Role}
    commands[Role.PROCESSOR] = PartCommand(module=SHAM, extra=("--mode", "die"))
    with pytest.raises(WorldError, match="the processor ended at once"):
        async with open_reference_parts(PipelineSettings(), tmp_path, commands):
            pytest.fail("the parts must not come up")
    assert _children() <= before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's death")
async def test_a_harness_killed_with_minus_nine_leaves_no_process_behind(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    tied = tied_sham(tmp_path, ready)
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import subprocess, os; subprocess.run({tied})", cwd=Path.cwd()
    )
    async with asyncio.timeout(60):
        while not ready.exists():
            await asyncio.sleep(0.02)
    children = psutil.Process(parent.pid).children(recursive=True)
    assert children
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=20)
    assert not alive


def tied_sham(directory: Path, ready: Path) -> str:
    """A list in Python's words: the command of a sham that dies with whoever evaluates it."""
    config = directory / "api.toml"
    write_settings(config, PipelineSettings())
    arguments = (sys.executable, "-m", SHAM, "--config", str(config), "--parts", "api", "--ready", str(ready))
    command = die_with_parent(*arguments)
    holder = command.index(SHAM) - 4
    return f"{command[:holder]!r} + [str(os.getpid())] + {command[holder + 1 :]!r}"


async def test_a_command_whose_parent_is_gone_does_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "harness.live.die_with_parent",
        "1",
        "",
        "/bin/touch",
        str(marker),
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 1
    assert not marker.exists()


def test_settings_survive_their_file(tmp_path: Path) -> None:
    settings = PipelineSettings(
        store=tmp_path / 'a "b"\\c\x7f é.db',
        api=ApiSettings(conflict_status=400, retry_after=0.25),
        quotas=QuotasSettings(tenants={"a.b@c": QuotaTable(shares=1)}),
    )
    write_settings(tmp_path / "s.toml", settings)
    assert PipelineSettings.model_validate(tomllib.loads((tmp_path / "s.toml").read_text())) == settings


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))
