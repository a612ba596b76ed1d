"""Lives: what one part keeps for itself, what a kill ends, and what outlives it."""

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.virtual.hosted.output import kept_logging
from harness.virtual.part import VirtualPart
from tests.harness.virtual.hosted.services import after, app, get, play, worker, written

_COUNTER = """
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from portal import state

    async def count(request):
        state.COUNT.append(1)
        return PlainTextResponse(str(len(state.COUNT)))

    app = Starlette(routes=[Route("/", count)])
"""
_APP = """
    import os
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def text(make):
        async def answer(request):
            return PlainTextResponse(str(make()))
        return answer
"""


def test_globals_of_a_service_do_not_survive_a_kill(tmp_path: Path) -> None:
    folder = written(tmp_path, app=_COUNTER, portal____init__="", portal__state="COUNT = []")

    async def body(parts: Mapping[str, VirtualPart]) -> list[str]:
        before = [await get("/"), await get("/")]
        parts["api"].kill()
        await parts["api"].start()
        return [*before, await get("/")]

    assert play([app(folder)], tmp_path, body) == ["1", "2", "1"]


def test_two_parts_share_no_module(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        app=_COUNTER,
        portal__state="COUNT = []",
        worker="""
            import asyncio

            async def main():
                from portal import state
                state.COUNT += [1, 2, 3]
                print("counted", len(state.COUNT))
                await asyncio.Event().wait()
        """,
    )

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        return await get("/")

    assert play([worker(folder), app(folder)], tmp_path, body) == "1"


def test_each_part_has_its_own_environment(tmp_path: Path) -> None:
    text = _APP + '    app = Starlette(routes=[Route("/", text(lambda: os.environ.get("WHO", "none")))])'
    folder = written(tmp_path, app=text, worker="import os\nasync def main(): os.environ['WHO'] = 'worker'")

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        await after(1.0)
        return await get("/")

    assert play([worker(folder), app(folder, WHO="api")], tmp_path, body) == "api"
    assert play([worker(folder), app(folder)], tmp_path, body) == "none"


def test_what_a_part_prints_in_all_its_lives_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(
        tmp_path,
        worker="""
            import asyncio, logging
            logging.basicConfig(level=logging.INFO, force=True)

            async def main():
                print("at work")
                logging.info("and logging")
                await asyncio.Event().wait()
        """,
    )

    async def body(parts: Mapping[str, VirtualPart]) -> None:
        await after(1.0)
        parts["worker"].kill()
        await parts["worker"].start()
        await after(1.0)

    before = logging.root.handlers[:]
    logging.disable(logging.CRITICAL)  # as the commands do, for what the harness runs itself
    try:
        with kept_logging():
            play([worker(folder)], tmp_path, body, logs=tmp_path / "logs")
    finally:
        logging.disable(logging.NOTSET)
    assert logging.root.handlers == before
    log = (tmp_path / "logs" / "worker.log").read_text()
    assert (log.count("at work\n"), log.count("INFO:root:and logging\n")) == (2, 2)
    assert capsys.readouterr().out == ""
