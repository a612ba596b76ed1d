"""What a browser is sent: that there is something new, and lines; and whoever reads slowly is sent less."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from connector.http_server import http_server
from harness.sandbox.happened import KEPT, Happened, Happening
from harness.sandbox.pulse import Pulse
from harness.sandbox.serving import PAGE_LIMITS
from harness.sandbox.stream import events
from harness.virtual.loop import run_virtually

_LINE = Happening(at=0.0, kind="change", text="north/one: pending")


def _box() -> tuple[Any, Any]:
    """A sandbox in which nothing happens, and its panels."""
    happened = Happened("run")

    def after(number: int) -> str | None:
        lines = happened.after(number)
        return None if lines is None else f"{len(lines)} lines"

    sandbox = SimpleNamespace(happened=happened, changed=Pulse())
    return sandbox, SimpleNamespace(happened=lambda: f"all {len(happened.lines())} lines", happened_after=after)


def _happens(sandbox: Any) -> None:
    sandbox.happened.add(_LINE)
    sandbox.changed.set()


def _read(sent: bytes) -> tuple[str, str]:
    """The name of an event, and what it says."""
    name, _, text = sent.decode().strip().partition("\n")
    return name.removeprefix("event: "), text.rpartition("data: ")[2]


async def _to_a_reader(pause: float) -> list[tuple[str, str]]:
    """What somebody is sent who rests so long after each event, while a hundred things happen a second, for 10 s."""
    (sandbox, panels), got = _box(), list[tuple[str, str]]()

    async def read() -> None:
        async for sent in events(sandbox, panels, sandbox.happened.last_id):
            got.append(_read(sent))
            await asyncio.sleep(pause)

    reading = asyncio.ensure_future(read())
    for _ in range(1000):
        await asyncio.sleep(0.01)
        _happens(sandbox)
    await asyncio.sleep(2 * pause + 1.0)
    sandbox.changed.close()
    await reading
    return got


def test_who_reads_at_once_is_told_each_twentieth_of_a_second_and_gets_every_line() -> None:
    got = run_virtually(_to_a_reader(0.0))
    lines = [text for name, text in got if name == "happened"]
    assert sum(int(text.split()[0]) for text in lines) == 1000
    assert 150 < sum(name == "changed" for name, _ in got) <= 202
    assert not any(name == "resync" for name, _ in got)


def test_for_who_reads_slowly_nothing_queues_up_and_the_last_state_is_not_left_out() -> None:
    got = run_virtually(_to_a_reader(1.0))
    assert len(got) < 16
    assert sum(name == "changed" for name, _ in got) >= 3
    assert sum(int(text.split()[0]) for name, text in got if name == "happened") == 1000


def test_who_reads_so_slowly_that_lines_are_gone_gets_those_that_are_kept() -> None:
    got = run_virtually(_to_a_reader(8.0))
    assert (f"all {KEPT} lines") in [text for name, text in got if name == "resync"]


@pytest.mark.parametrize("kind", ["the last one", "an earlier one", "of another start"])
def test_a_browser_that_comes_back_misses_no_line(kind: str) -> None:
    async def first(last_id: str, count: int) -> list[tuple[str, str]]:
        sandbox, panels = _box()
        for _ in range(count):
            sandbox.happened.add(_LINE)
        sent = [
            _read(each) async for each in _some(events(sandbox, panels, last_id), 2 if kind != "the last one" else 1)
        ]
        sandbox.changed.close()
        return sent

    match kind:
        case "the last one":
            assert run_virtually(first("run-5", 5)) == [("changed", "0")]
        case "an earlier one":
            assert run_virtually(first("run-3", 5)) == [("changed", "0"), ("happened", "2 lines")]
        case _:
            assert run_virtually(first("earlier-3", 5)) == [("changed", "0"), ("resync", "all 5 lines")]


async def _some(stream: AsyncIterator[bytes], count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield await anext(stream)


async def test_the_server_holds_little_for_a_connection_that_takes_nothing() -> None:
    """What the kernel does not take stays where it happened, and not in a queue for the connection."""
    sandbox, panels = _box()
    panels.happened_after = panels.happened = lambda *_: "x" * 100_000
    given = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal given
        await send({"type": "http.response.start", "status": 200, "headers": []})
        async for sent in events(sandbox, panels, ""):
            given += len(sent)
            await send({"type": "http.response.body", "body": sent, "more_body": True})

    async with http_server(app, grace=1, limits=PAGE_LIMITS) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        before = -1
        while given != before:
            before = given
            for _ in range(20):
                _happens(sandbox)
                await asyncio.sleep(0.06)
        assert 0 < given < 1 << 20
        writer.transport.abort()
        sandbox.changed.close()
