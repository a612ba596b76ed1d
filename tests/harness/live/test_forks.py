"""Parts that are forks of one process are started, watched and ended as processes of their own are."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from harness.errors import PartEnded, ServiceUnavailable
from harness.live.forks import forks_of
from harness.live.part_command import PRELOAD
from harness.live.process import PartProcess
from harness.service.parts import End
from tests.harness.live.shams import sham

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux watches the children of others")


@asynccontextmanager
async def _forked(directory: Path, mode: str = "normal") -> AsyncIterator[PartProcess]:
    with forks_of(directory, "argparse") as start:
        part = sham(directory, mode, start=start)
        try:
            yield part
        finally:
            part.kill()
            await part.wait()


async def test_a_fork_is_a_part_in_a_session_of_its_own_with_its_name_and_its_log(tmp_path: Path) -> None:
    async with _forked(tmp_path) as part:
        await part.start()
        assert part.pid is not None
        process = psutil.Process(part.pid)
        assert process.name() == "api"
        assert process.environ()["SPOOLPROOF_RUN"] == str(tmp_path)
        assert process.parent() in psutil.Process().children()
        first = part.pid
        part.kill()
        assert await part.wait() == -signal.SIGKILL
        await part.start()
        assert part.pid != first
        assert await part.stop()
        assert not list(part.unplanned_ends())


async def test_a_fork_that_ends_by_itself_says_how_and_why(tmp_path: Path) -> None:
    async with _forked(tmp_path, "die") as part:
        with pytest.raises(PartEnded, match=r"the api ended at once with status 1.*the sham cannot open its store"):
            await part.start()
        assert await part.unplanned_end() == End(status=1, log="the sham cannot open its store")


async def test_a_signal_from_elsewhere_is_an_unplanned_end_and_a_pause_is_none(tmp_path: Path) -> None:
    async with _forked(tmp_path) as part:
        await part.start()
        part.pause()
        assert part.running
        part.resume()
        psutil.Process(part.pid).send_signal(signal.SIGSEGV)
        async with asyncio.timeout(20):
            assert await part.unplanned_end() == End(status=-signal.SIGSEGV, log="")


async def test_forks_end_with_the_process_that_forked_them_and_no_other_is_started(tmp_path: Path) -> None:
    async with _forked(tmp_path) as part:
        await part.start()
        server = psutil.Process(part.pid).parent()
        assert server is not None
        server.kill()
        async with asyncio.timeout(20):
            assert (await part.unplanned_end()).status == -signal.SIGKILL
        assert not part.running
        with pytest.raises(ServiceUnavailable, match="the process that starts the parts has ended"):
            await part.start()


async def test_a_module_that_cannot_be_imported_is_quoted(tmp_path: Path) -> None:
    with forks_of(tmp_path, "tests.there_is_none") as start:
        part = sham(tmp_path, "normal", start=start)
        with pytest.raises(ServiceUnavailable, match=r"No module named 'tests\.there_is_none'"):
            await part.start()


def test_what_the_parts_need_is_imported_before_they_are_forked() -> None:
    heavy = ("asyncssh", "httpx", "pydantic", "pipeline.serve", "starlette", "uvicorn")
    code = f"import sys, {PRELOAD}; print([name for name in {heavy!r} if name not in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
