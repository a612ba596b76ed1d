"""Guards: what would leave virtual time ends the run, and names the line of the service's code."""

import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from harness.errors import WorldError, first_leaf
from harness.scenario.parse import parse_scenario
from harness.virtual.part import VirtualPart
from harness.virtual.runner import VirtualRunner
from tests.harness.scenario.samples import CALM
from tests.harness.virtual.hosted.services import after, app, get, play, worker, written


class Later(datetime):
    """A subclass, as libraries have them."""


_LEAVES = {
    "time.sleep(1)": "time.sleep leaves virtual time; await asyncio.sleep",
    "threading.Thread(target=print).start()": "a thread leaves virtual time",
    "threading.Event().wait()": "waiting for another thread leaves virtual time",
    "await asyncio.to_thread(print)": "an executor leaves virtual time",
    "await asyncio.get_running_loop().run_in_executor(None, print)": "an executor leaves virtual time",
    "await anyio.to_thread.run_sync(print)": "anyio.to_thread.run_sync leaves virtual time",
    "concurrent.futures.ThreadPoolExecutor().submit(print)": "a thread leaves virtual time",
    "socket.create_connection(('localhost', 9))": "a name look-up by the operating system leaves virtual time",
    "with socket.socket() as s: s.connect(('127.0.0.1', 9))": "a socket of the operating system leaves virtual time",
    "await asyncio.open_connection('example.org', 80)": "a connection to example.org:80 leaves virtual time",
    "await httpx.AsyncClient().get('http://example.org')": "a connection to example.org:80 leaves virtual time",
    "subprocess.run(['true'])": "a subprocess leaves virtual time",
    "await asyncio.create_subprocess_exec('true')": "a subprocess leaves virtual time",
    "uuid.uuid1()": "uuid.uuid1 leaves virtual time",
    "pathlib.Path('portal.db').read_text()": "the relative path 'portal.db' leaves virtual time",
}
_WORKER = """
import asyncio, concurrent.futures, pathlib, socket, subprocess, threading, time, uuid
import anyio, anyio.to_thread, httpx
async def main():
    await asyncio.sleep(5)
    try:
        {code}
    except Exception:
        await asyncio.Event().wait()
"""


async def _long(parts: Mapping[str, VirtualPart]) -> None:
    await after(3600.0)


@pytest.mark.parametrize("code", _LEAVES)
def test_leaving_virtual_time_is_an_error_that_names_the_line(tmp_path: Path, code: str) -> None:
    folder = written(tmp_path, worker=_WORKER.format(code=code))
    with pytest.raises(ExceptionGroup) as caught:
        play([worker(folder)], tmp_path, _long)
    error = first_leaf(caught.value)
    assert isinstance(error, WorldError)
    assert str(error).startswith(f"the worker: worker.py:7, in main: {_LEAVES[code]}")


def test_the_error_of_a_part_that_leaves_virtual_time_at_its_start_is_the_same(tmp_path: Path) -> None:
    folder = written(tmp_path, app="import time\ntime.sleep(1)")
    with pytest.raises(ExceptionGroup) as caught:
        play([app(folder)], tmp_path, _long)
    assert str(first_leaf(caught.value)).startswith("the api: app.py:2, in <module>: time.sleep leaves virtual time")


def test_a_job_that_a_library_gives_to_an_executor_runs_inline(tmp_path: Path) -> None:
    text = """
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route

        def plain(request):
            return PlainTextResponse("inline")

        app = Starlette(routes=[Route("/", plain)])
    """

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        return await get("/")

    assert play([app(written(tmp_path, app=text))], tmp_path, body) == "inline"


def test_the_harness_itself_may_do_all_that_while_a_service_is_played(tmp_path: Path) -> None:
    folder = written(tmp_path, worker="import asyncio\nasync def main(): await asyncio.Event().wait()")

    async def body(parts: Mapping[str, VirtualPart]) -> bool:
        thread = threading.Thread(target=time.sleep, args=(0.0,))
        thread.start()
        thread.join()
        return time.time() > 1e9 and datetime.now().year > 2000 and type(Later.now()) is Later

    assert play([worker(folder)], tmp_path, body)


def test_other_loops_of_the_process_keep_their_threads(tmp_path: Path) -> None:
    async def body() -> int:
        return await anyio.to_thread.run_sync(threading.get_ident)

    assert anyio.run(body) != threading.get_ident()


def test_a_run_of_a_service_that_leaves_virtual_time_ends_with_that_error(tmp_path: Path) -> None:
    written(tmp_path, worker="import asyncio, time\nasync def main():\n    await asyncio.sleep(1)\n    time.sleep(1)")
    service = '\n[service]\nkind = "python"\nurl = "http://127.0.0.1:1"\n[[service.parts]]\nname = "w"\n'
    scenario = parse_scenario(CALM + service + 'worker = "worker:main"\n', "x.toml", beside=tmp_path)
    with pytest.raises(WorldError, match=r"^the w: worker\.py:4, in main: time\.sleep leaves virtual time"):
        VirtualRunner().run_now(scenario, seed=1)


def test_plain_endpoints_and_dependencies_of_fastapi_run_inline(tmp_path: Path) -> None:
    text = """
        import threading
        from fastapi import Depends, FastAPI

        app = FastAPI()
        ENDED = []

        def plain():
            yield threading.get_ident()
            ENDED.append(1)

        @app.get("/")
        def endpoint(other: int = Depends(plain)) -> bool:
            return other == threading.get_ident()

        @app.get("/ended")
        def ended() -> int:
            return len(ENDED)
    """

    async def body(parts: Mapping[str, VirtualPart]) -> list[str]:
        return [await get("/"), await get("/ended")]

    assert play([app(written(tmp_path, app=text))], tmp_path, body) == ["true", "1"]
