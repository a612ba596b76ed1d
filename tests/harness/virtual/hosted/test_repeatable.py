"""Time and chance of a service follow from the loop, the seed and the life; so the same seed gives the same bytes."""

from collections.abc import Mapping
from pathlib import Path

from harness.virtual.part import VirtualPart
from tests.harness.virtual.hosted.services import after, app, get, play, worker, written

_APP = """
    import asyncio, datetime, os, random, secrets, sqlite3, time, uuid
    from datetime import date
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def text(make):
        async def answer(request):
            return PlainTextResponse(str(make()))
        return answer

    def sql(question):
        with sqlite3.connect("portal.db") as db:
            return db.execute(question).fetchone()[0]

    app = Starlette(routes=[
        Route("/time", text(lambda: [time.time(), time.monotonic(), time.perf_counter_ns()])),
        Route("/now", text(lambda: f"{datetime.datetime.now()} {datetime.datetime.now(datetime.UTC)} {date.today()}")),
        Route("/spelled", text(lambda: [time.strftime("%H:%M:%S"), time.localtime().tm_sec, time.ctime()])),
        Route("/sql", text(lambda: sql("select datetime('now', '+1 day') || ' ' || current_timestamp"))),
        Route("/chance", text(lambda: [
            random.random(), random.Random().random(), random.SystemRandom().random(), secrets.token_hex(),
            uuid.uuid4(), os.urandom(4), sql("select random()"), sql("select hex(randomblob(8))"),
        ])),
    ])
"""


def _answers(work: Path, *paths: str, seed: int = 1, lives: int = 1) -> list[str]:
    folder = written(work, app=_APP)

    async def body(parts: Mapping[str, VirtualPart]) -> list[str]:
        for _ in range(lives - 1):
            parts["api"].kill()
            await parts["api"].start()
        await after(61.5)
        return [await get(path) for path in paths]

    return play([app(folder)], work, body, seed=seed)


def test_the_clock_of_a_service_is_the_loops(tmp_path: Path) -> None:
    assert _answers(tmp_path, "/time", "/now", "/spelled", "/sql") == [
        "[61.5, 61.5, 61500000000]",
        "1970-01-01 00:01:01.500000 1970-01-01 00:01:01.500000+00:00 1970-01-01",
        "['00:01:01', 1, 'Thu Jan  1 00:01:01 1970']",
        "1970-01-02 00:01:01 1970-01-01 00:01:01",
    ]


def test_the_clock_of_a_part_that_is_ahead_shows_it(tmp_path: Path) -> None:
    folder = written(tmp_path, app=_APP)

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        parts["api"].shift_clock(10.0)
        return await get("/time")

    assert play([app(folder)], tmp_path, body).startswith("[10.0, 0.0")


def test_chance_follows_from_the_seed(tmp_path: Path) -> None:
    first = _answers(tmp_path, "/chance", "/chance")
    assert first[0] != first[1]
    assert _answers(tmp_path, "/chance", "/chance") == first
    assert _answers(tmp_path, "/chance", "/chance", seed=2) != first


def test_another_life_draws_other_values(tmp_path: Path) -> None:
    assert _answers(tmp_path, "/chance", lives=2) != _answers(tmp_path, "/chance")


def test_what_a_killed_process_had_not_committed_is_rolled_back(tmp_path: Path) -> None:
    writer = """
        import asyncio, sqlite3

        async def main():
            db = sqlite3.connect("portal.db", isolation_level=None)
            db.execute("create table if not exists share (name text)")
            db.execute("insert into share values ('kept')")
            db.execute("begin immediate")
            db.execute("insert into share values ('lost')")
            await asyncio.Event().wait()
    """
    count = '    Route("/count", text(lambda: sql("select count(*) from share"))),\n    ])'
    folder = written(tmp_path, worker=writer, app=_APP.replace("    ])", count))

    async def body(parts: Mapping[str, VirtualPart]) -> str:
        await after(1.0)
        parts["worker"].kill()
        return await get("/count")

    assert play([worker(folder), app(folder)], tmp_path, body) == "1"
