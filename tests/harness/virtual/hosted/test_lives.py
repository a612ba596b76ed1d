"""Lives: what one part keeps for itself, what a kill ends, and what outlives it."""

from collections.abc import Mapping
from pathlib import Path

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
