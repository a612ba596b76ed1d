"""What the processes of a load report: to the end, however it comes."""

import asyncio
import socket

from harness.load.generators import Generators
from harness.load.wire import GeneratorCommand


async def test_a_process_that_is_killed_with_commands_unread_ends_the_reports_as_any_other() -> None:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    generators = Generators(writer)
    generators.tell(GeneratorCommand(quit=True))
    await writer.drain()
    theirs.close()  # the kernel resets the connection: what was sent is lost unread
    async with asyncio.timeout(5.0):
        await generators.listen(reader)
    assert generators.changed.is_set()
    writer.close()
