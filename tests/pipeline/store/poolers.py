"""PgBouncer in transaction mode in front of a server, while a context lasts."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.real_parts import need

__all__ = ["a_pooler"]

_SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server} user=spoolproof
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
log_connections = 0
log_disconnections = 0
{user}
"""


@asynccontextmanager
async def a_pooler(url: str, server: int) -> AsyncIterator[str]:
    """From a URL at that port to the same database through PgBouncer, which has two connections for all."""
    program = need("pgbouncer")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        config = Path(name) / "pgbouncer.ini"
        user = "user = nobody" if os.geteuid() == 0 else ""  # it refuses to run as root
        config.write_text(_SETTINGS.format(server=server, port=port, user=user))
        log = Path(name) / "log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(program, str(config), stdout=output, stderr=output)
        try:
            await _listening(process, port, log)
            yield url.replace(f":{server}/", f":{port}/")
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            return
    raise AssertionError(log.read_text())
