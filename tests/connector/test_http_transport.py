"""What is written within one step leaves in one piece."""

import asyncio

from connector.http_transport import OneWrite


class Recorder(asyncio.Transport):
    """A transport that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def write(self, data: object) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("close")

    def abort(self) -> None:
        self.told.append("abort")

    def get_write_buffer_size(self) -> int:
        return 100


async def test_writes_of_one_step_are_one_write() -> None:
    recorder = Recorder()
    transport = OneWrite(recorder)
    for part in (b"head", b"", bytearray(b" body"), memoryview(b" end")):
        transport.write(part)
    assert (recorder.told, transport.get_write_buffer_size()) == ([], 113)
    await asyncio.sleep(0)
    assert recorder.told == [b"head body end"]


async def test_writes_of_two_steps_are_two_writes() -> None:
    recorder = Recorder()
    transport = OneWrite(recorder)
    for part in (b"one", b"two"):
        transport.write(part)
        await asyncio.sleep(0)
    assert recorder.told == [b"one", b"two"]


async def test_what_was_written_leaves_before_the_end() -> None:
    recorder = Recorder()
    transport = OneWrite(recorder)
    transport.write(b"last words")
    transport.close()
    await asyncio.sleep(0)
    assert recorder.told == [b"last words", "close"]


async def test_an_abort_drops_what_was_not_sent() -> None:
    recorder = Recorder()
    transport = OneWrite(recorder)
    transport.write(b"never")
    transport.abort()
    await asyncio.sleep(0)
    assert recorder.told == ["abort"]
