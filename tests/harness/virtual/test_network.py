"""The in-memory network behaves as TCP does: refused, reset, half-closed, cut in two, and never out of order."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.virtual.hosts import Host
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Bench:
    """A network, what was opened on it, and one run; whatever is still open at the end is closed."""

    def __init__(self, latency: float = 0.0) -> None:
        self.net = Network(latency=latency)
        self.far = Host("far")
        self._opened: list[Streams] = []

    async def listen(self) -> "asyncio.Queue[Streams]":
        """A server on the far host; each of its connections comes out of the queue."""
        accepted: asyncio.Queue[Streams] = asyncio.Queue()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._opened.append((reader, writer))
            accepted.put_nowait((reader, writer))

        async def start() -> None:
            await asyncio.start_server(accept, "", 7)

        await self.far.spawn(start(), name="listen")
        return accepted

    async def connect(self) -> Streams:
        streams = await asyncio.open_connection("far", 7)
        self._opened.append(streams)
        return streams

    @staticmethod
    def loop() -> VirtualLoop:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        return loop

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        async def whole() -> T:
            try:
                return await main
            finally:
                self.net.close()
                await asyncio.sleep(1)

        with asyncio.Runner(loop_factory=lambda: VirtualLoop(self.net)) as runner:
            return runner.run(whole())


def test_what_was_written_arrives_in_order_after_the_latency() -> None:
    bench = Bench(latency=0.25)

    async def main() -> tuple[bytes, float]:
        accepted = await bench.listen()
        _, writer = await bench.connect()
        for number in range(100):
            writer.write(b"%02d" % number)
        writer.close()
        reader, _ = await accepted.get()
        return await reader.read(), asyncio.get_running_loop().time()

    data, ended = bench.run(main())
    assert data == b"".join(b"%02d" % number for number in range(100))
    assert ended == pytest.approx(0.75)


def test_nobody_listening_is_a_refusal() -> None:
    bench = Bench()

    async def main() -> None:
        with pytest.raises(ConnectionRefusedError):
            await bench.connect()

    bench.run(main())


def test_a_port_is_taken_once() -> None:
    bench = Bench()

    async def main() -> None:
        await bench.listen()
        with pytest.raises(OSError, match="already in use"):
            await bench.listen()

    bench.run(main())


def test_a_half_closed_connection_still_carries_the_answer() -> None:
    bench = Bench()

    async def main() -> bytes:
        accepted = await bench.listen()
        reader, writer = await bench.connect()
        writer.write(b"request")
        writer.write_eof()
        far_reader, far_writer = await accepted.get()
        far_writer.write(b"answer to " + await far_reader.read())
        far_writer.close()
        return await reader.read()

    assert bench.run(main()) == b"answer to request"


def test_an_abort_is_a_reset_for_the_peer() -> None:
    bench = Bench()

    async def main() -> None:
        accepted = await bench.listen()
        _, writer = await bench.connect()
        reader, _ = await accepted.get()
        writer.transport.abort()
        with pytest.raises(ConnectionResetError):
            await reader.read()

    bench.run(main())


def test_a_slow_reader_pauses_the_writer() -> None:
    bench = Bench()

    async def main() -> tuple[bool, int]:
        accepted = await bench.listen()
        _, writer = await bench.connect()
        reader, _ = await accepted.get()
        writer.write(bytes(1_000_000))
        try:
            async with asyncio.timeout(5):
                await writer.drain()
        except TimeoutError:
            paused = True
        else:
            paused = False
        data = await reader.readexactly(1_000_000)
        await writer.drain()
        return paused, len(data)

    assert bench.run(main()) == (True, 1_000_000)


def test_a_stopped_process_is_connected_and_written_to_by_its_kernel_and_reads_when_it_goes_on() -> None:
    bench = Bench()

    async def main() -> tuple[float, bytes, float]:
        loop = asyncio.get_running_loop()
        accepted = await bench.listen()
        bench.loop().pause(bench.far)
        loop.call_later(30, bench.loop().resume, bench.far)
        _, writer = await bench.connect()
        writer.transport.set_write_buffer_limits(0)
        writer.write(bytes(100_000))
        await writer.drain()
        written = loop.time()
        writer.write(bytes(100_000))  # more than fits into its socket
        await writer.drain()
        reader, _ = await accepted.get()
        return written, await reader.readexactly(200_000), loop.time()

    assert bench.run(main()) == (0.0, bytes(200_000), 30.0)


def test_a_partition_holds_bytes_back_until_it_heals() -> None:
    bench = Bench()

    async def main() -> tuple[bytes, float]:
        accepted = await bench.listen()
        _, writer = await bench.connect()
        reader, _ = await accepted.get()
        bench.net.partition(["harness"], ["far"])
        writer.write(b"late")
        asyncio.get_running_loop().call_later(30, bench.net.heal)
        return await reader.readexactly(4), asyncio.get_running_loop().time()

    assert bench.run(main()) == (b"late", 30.0)


def test_a_partition_lets_no_connection_be_made() -> None:
    bench = Bench()

    async def main() -> float:
        await bench.listen()
        bench.net.partition(["harness"], ["far"], one_way=True)
        with pytest.raises(TimeoutError):
            await bench.connect()
        return asyncio.get_running_loop().time()

    assert bench.run(main()) == 127.0


def test_a_killed_host_says_no_last_word_and_its_peers_are_reset() -> None:
    bench = Bench()
    said: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            said.append("last word")

    async def main() -> None:
        await bench.far.spawn(asyncio.start_server(serve, "", 7), name="listen")
        reader, _ = await bench.connect()
        await asyncio.sleep(1)
        bench.far.kill()
        bench.net.host_died(bench.far)
        bench.loop().detach(bench.far)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        with pytest.raises(ConnectionRefusedError):
            await bench.connect()
        await asyncio.sleep(120)
        assert said == []

    bench.run(main())


@settings(max_examples=50)
@given(st.lists(st.binary(min_size=1, max_size=5_000), max_size=30), st.floats(0, 1))
def test_any_pieces_arrive_whole_and_in_order(pieces: list[bytes], latency: float) -> None:
    bench = Bench(latency=latency)

    async def main() -> bytes:
        accepted = await bench.listen()
        _, writer = await bench.connect()
        for piece in pieces:
            writer.write(piece)
        writer.close()
        reader, _ = await accepted.get()
        return await reader.read()

    assert bench.run(main()) == b"".join(pieces)
