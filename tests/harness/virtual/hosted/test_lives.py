"""Lives: what one part keeps for itself, what a kill ends, and what outlives it."""

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.errors import ServiceUnavailable, first_leaf
from harness.service.parts import End
from harness.virtual.hosted.output import kept_logging
from harness.virtual.part import VirtualPart
from tests.harness.virtual.hosted.services import URL, after, app, get, play, worker, written

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


def test_parts_reach_each_other_on_their_machine(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        app=_COUNTER,
        portal__state="COUNT = []",
        worker=f"""
            import asyncio, httpx

            async def main():
                async with httpx.AsyncClient() as client:
                    for _ in range(3):
                        await client.get("{URL}")
                await asyncio.Event().wait()
        """,
    )

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        await after(1.0)
        return await get("/")

    assert play([app(folder), worker(folder)], tmp_path, body) == "4"


def test_a_worker_that_returns_has_exited_and_one_that_raises_has_failed(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        worker="""
            async def done(): return None
            async def fails(): raise ValueError("no such cluster")
        """,
    )

    async def body(parts: Mapping[str, VirtualPart]) -> list[End]:
        return [await part.unplanned_end() for part in parts.values()]

    done, failed = play(
        [worker(folder, "worker:done", name="one"), worker(folder, "worker:fails", name="other")], tmp_path, body
    )
    assert (done.status, done.log) == (0, "")
    assert (failed.status, failed.log.rpartition("\n")[2]) == (1, "ValueError: no such cluster")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("nothing:main", "ModuleNotFoundError: No module named 'nothing'"),
        ("worker:nothing", "worker:nothing: worker has no 'nothing'"),
        ("worker:plain", "worker:plain is function: accepted is a coroutine function without parameters"),
    ],
)
def test_a_part_that_cannot_be_loaded_says_why(tmp_path: Path, words: str, why: str) -> None:
    folder = written(tmp_path, worker="def plain(one): return one")

    async def body(parts: Mapping[str, VirtualPart]) -> None:
        """It never comes to that."""

    with pytest.raises(ExceptionGroup) as caught:
        play([worker(folder, words)], tmp_path, body)
    error = first_leaf(caught.value)
    assert isinstance(error, ServiceUnavailable)
    assert why in str(error)
